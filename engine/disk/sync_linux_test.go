package disk

import "testing"

func TestKernelAtLeast(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]bool{
		"5.8.0": true, "5.7.19": false, "6.18.44-fc-v657": true, "4.19.0-28-amd64": false, "5.10": true, "10.0": true, "": false, "strange": false,
	} {
		if got := kernelAtLeast(release, 5, 8); got != want {
			t.Errorf("%q: %v", release, got)
		}
	}
}
