package history

import (
	"context"
	"encoding/json"
	"testing"
)

// FuzzServe makes any call with any arguments: every refusal is an *Error, every answer can be written as JSON.
func FuzzServe(f *testing.F) {
	for call := range calls {
		f.Add(call, []byte(`{"pathspec":"F/1/start/1/x","attempt":0,"namespace":"first","tags":["a"],"stream":"stdout","direction":"parents"}`))
	}
	f.Add("children", []byte(`{"pathspec":""}`))
	f.Add("related", []byte(`{"pathspec":"F/1/start/1","direction":"children"}`))
	f.Add("tags", []byte(`{"pathspec":"F/1","add":["\u0000","a/b"],"remove":[""]}`))
	f.Add("latest", []byte(`{"flow":"F","successful":true}`))
	f.Add("use", []byte(`{"metadata":"local@\u0000"}`))
	f.Add("include_read", []byte(`{"descriptor":{"type":"uploader-v2","sub-type":"uploaded","url":"local:///tmp/x"}}`))
	f.Add("object", []byte(`{"pathspec":"F/1/start/1","attempt":1e9}`))
	f.Add("object", []byte(`null`))
	f.Add("value", []byte(`{"pathspec":"../../etc/passwd"}`))
	r := newHistory(f).reader()
	f.Fuzz(func(t *testing.T, call string, args []byte) {
		result, err := r.Session("").Serve(context.Background(), call, json.RawMessage(args))
		if err != nil {
			if known, ok := err.(*Error); !ok || known.Kind == "" || known.Message == "" {
				t.Fatalf("%s %q: %#v", call, args, err)
			}
			return
		}
		if _, err := json.Marshal(result); err != nil {
			t.Fatalf("%s %q: %v", call, args, err)
		}
	})
}
