// yaml-decoder reads manifests with the decoder of kubectl: it reads {"text"} per line, with the bytes of a manifest in base64, and
// writes {"documents", "error"} per line: what YAMLOrJSONDecoder returns until it fails, and why it fails.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

type question struct {
	Text []byte `json:"text"`
}

type answer struct {
	Documents []json.RawMessage `json:"documents"`
	Error     string            `json:"error,omitempty"`
}

// read does what the FileVisitor and the StreamVisitor of k8s.io/cli-runtime/pkg/resource do, with their buffer of 4096 bytes.
func read(text []byte) (result answer) {
	result.Documents = []json.RawMessage{}
	defer func() {
		if fault := recover(); fault != nil {
			result.Error = fmt.Sprint("panic: ", fault)
		}
	}()
	decoded := transform.NewReader(bytes.NewReader(text), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	decoder := yaml.NewYAMLOrJSONDecoder(decoded, 4096)
	for {
		extension := runtime.RawExtension{}
		if err := decoder.Decode(&extension); err != nil {
			if !errors.Is(err, io.EOF) {
				result.Error = err.Error()
			}
			return result
		}
		raw := bytes.TrimSpace(extension.Raw)
		if len(raw) > 0 && !bytes.Equal(raw, []byte("null")) {
			result.Documents = append(result.Documents, raw)
		}
	}
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var q question
			if err := json.Unmarshal(line, &q); err != nil {
				panic(err)
			}
			if err := encoder.Encode(read(q.Text)); err != nil {
				panic(err)
			}
		}
		if err != nil {
			return
		}
	}
}
