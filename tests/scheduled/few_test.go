//go:build !e2e

package scheduled

// same are flows that between them have most of what can be different in a container. The others are run where minutes do not count.
var same = []sameCase{
	{flow: "switch_in_foreach_in_split"}, {flow: "recursion_in_foreach"}, {flow: "catch_crash"}, {flow: "client_in_flow", args: []string{"--tag", "looked-at"}},
	{
		flow: "include_file", args: []string{"--raw", "data/blob.bin", "--latin", "data/latin.txt"},
		given: map[string][]string{"raw": {"data/blob.bin"}, "latin": {"data/latin.txt"}},
	},
}
