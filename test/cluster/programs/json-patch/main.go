// json-patch applies JSON Patches with the library that kube-apiserver uses for the patches of webhooks: it reads
// {"object", "patch"} per line and writes {"object"} or {"error"} per line.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
)

type question struct {
	Object json.RawMessage `json:"object"`
	Patch  json.RawMessage `json:"patch"`
}

type answer struct {
	Object json.RawMessage `json:"object,omitempty"`
	Error  string          `json:"error,omitempty"`
}

func apply(line []byte) answer {
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		return answer{Error: err.Error()}
	}
	patch, err := jsonpatch.DecodePatch(q.Patch)
	if err != nil {
		return answer{Error: err.Error()}
	}
	object, err := patch.Apply(q.Object)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Object: object}
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for in.Scan() {
		if err := encoder.Encode(apply(in.Bytes())); err != nil {
			panic(err)
		}
	}
}
