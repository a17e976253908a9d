// Package template proves template.yaml and the templates of infra, as far as it
// can be done without an account.
//
// Always: the rules of this package's tests. They read the YAML, work out values
// for the deployments of infra/params, and compare with the code: environment
// names, keys of the table, metrics, sentences in logs, permissions. Planted
// mistakes, each found by the rule it is for, prove the rules.
//
// With Python (RELAIS_MOTO names a moto_server, whose folder has python and
// cfn-lint too): cfn-lint, the transform of SAM, and Deploy, which makes the
// deployments on a moto server. Unsupported lists what moto leaves out.
//
// testdata/properties.json has, of each type of resource that is used, the names
// of its properties and attributes as of autumn 2026.
package template
