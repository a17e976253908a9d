// Command sbom writes the bill of materials of compiled binaries, as CycloneDX
// JSON: which module, in which version, under which licences, is in which binary.
// It asks the binaries themselves, so that it tells what is deployed.
//
//	sbom -licences infra/licences.md bin/relais bin/lambda/*/bootstrap > bin/sbom.json
//
// The same binaries give the same bytes: there is no date, and the serial number
// is made of the content.
package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

func main() {
	licences := flag.String("licences", "", "`file` with a table: module, version, licences")
	flag.Parse()
	if err := run(os.Stdout, *licences, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, licences string, binaries []string) error {
	if len(binaries) == 0 {
		return errors.New("want binaries")
	}
	known, err := readLicences(licences)
	if err != nil {
		return err
	}
	b := bill{licences: known, libraries: map[string]cdx.Component{}}
	for _, name := range binaries {
		info, err := buildinfo.ReadFile(name)
		if err != nil {
			return err
		}
		b.add(info)
	}
	return b.write(out)
}

// readLicences reads the rows of infra/licences.md; "module version" is the key.
func readLicences(name string) (map[string][]string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	known := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 {
			continue
		}
		key := strings.TrimSpace(cells[1]) + " " + strings.TrimSpace(cells[2])
		for l := range strings.SplitSeq(cells[3], ",") {
			known[key] = append(known[key], strings.TrimSpace(l))
		}
	}
	return known, nil
}

type bill struct {
	licences  map[string][]string
	binaries  []cdx.Component
	libraries map[string]cdx.Component // by their reference
	needs     []cdx.Dependency
}

func (b *bill) add(info *buildinfo.BuildInfo) {
	own := cdx.Component{Type: cdx.ComponentTypeApplication, Name: path.Base(info.Path), BOMRef: info.Path}
	var properties []cdx.Property
	for _, s := range info.Settings {
		if s.Key == "GOOS" || s.Key == "GOARCH" || s.Key == "vcs.revision" {
			properties = append(properties, cdx.Property{Name: "relais:" + s.Key, Value: s.Value})
		}
	}
	own.Properties = &properties
	compiler, _, _ := strings.Cut(strings.TrimPrefix(info.GoVersion, "go"), " ")
	needs := []string{b.library("std", compiler, "", []string{"BSD-3-Clause"})}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		needs = append(needs, b.library(m.Path, m.Version, m.Sum, b.licences[m.Path+" "+m.Version]))
	}
	slices.Sort(needs)
	b.binaries = append(b.binaries, own)
	b.needs = append(b.needs, cdx.Dependency{Ref: own.BOMRef, Dependencies: &needs})
}

// library notes a module and returns its reference. sum is that of go.sum: a
// digest of the module's files, which CycloneDX has no name for.
func (b *bill) library(name, version, sum string, licences []string) string {
	ref := "pkg:golang/" + name + "@" + version
	c := cdx.Component{Type: cdx.ComponentTypeLibrary, Name: name, Version: version, BOMRef: ref, PackageURL: ref}
	if sum != "" {
		c.Properties = &[]cdx.Property{{Name: "relais:go.sum", Value: sum}}
	}
	var choices cdx.Licenses
	for _, l := range licences {
		one := &cdx.License{ID: l}
		if l == "public-domain" { // which is no licence
			one = &cdx.License{Name: l}
		}
		choices = append(choices, cdx.LicenseChoice{License: one})
	}
	if len(choices) > 0 {
		c.Licenses = &choices
	}
	b.libraries[ref] = c
	return ref
}

func (b *bill) write(out io.Writer) error {
	var all []cdx.Component
	for _, c := range b.libraries {
		all = append(all, c)
	}
	all = append(all, b.binaries...)
	slices.SortFunc(all, func(x, y cdx.Component) int { return strings.Compare(x.BOMRef, y.BOMRef) })
	slices.SortFunc(b.needs, func(x, y cdx.Dependency) int { return strings.Compare(x.Ref, y.Ref) })
	whole := cdx.Component{Type: cdx.ComponentTypeApplication, Name: "relais", BOMRef: "relais"}
	var parts []string
	for _, n := range b.needs {
		parts = append(parts, n.Ref)
	}
	needs := append([]cdx.Dependency{{Ref: whole.BOMRef, Dependencies: &parts}}, b.needs...)

	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &whole}
	bom.Components, bom.Dependencies = &all, &needs
	var draft bytes.Buffer
	if err := encode(&draft, bom); err != nil {
		return err
	}
	bom.SerialNumber = serial(draft.Bytes())
	return encode(out, bom)
}

func encode(out io.Writer, bom *cdx.BOM) error {
	return cdx.NewBOMEncoder(out, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6)
}

// serial is a UUID of version 8, of the content.
func serial(content []byte) string {
	d := sha256.Sum256(content)
	d[6], d[8] = d[6]&0x0f|0x80, d[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", d[:4], d[4:6], d[6:8], d[8:10], d[10:16])
}
