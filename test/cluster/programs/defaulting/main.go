// defaulting prints how the code of Kubernetes interprets image references: it reads one reference per line, as JSON, and writes
// {"image", "pullPolicy", "parsed", "tag", "digest", "repository"} per line. The tests compare the model's defaulting with it.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	v1 "k8s.io/api/core/v1"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/util/parsers"
)

type answer struct {
	Image      string `json:"image"`
	PullPolicy string `json:"pullPolicy"`
	Parsed     bool   `json:"parsed"`
	Repository string `json:"repository"`
	Tag        string `json:"tag"`
	Digest     string `json:"digest"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for in.Scan() {
		var image string
		if err := json.Unmarshal(in.Bytes(), &image); err != nil {
			panic(err)
		}
		container := v1.Container{Image: image}
		corev1.SetDefaults_Container(&container)
		repository, tag, digest, err := parsers.ParseImageName(image)
		if err := encoder.Encode(answer{image, string(container.ImagePullPolicy), err == nil, repository, tag, digest}); err != nil {
			panic(err)
		}
	}
}
