package cost

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/goccy/go-yaml"
)

const root = "../../.."

// prices are infra/prices.yaml.
type prices struct {
	Region string           `yaml:"region"`
	Read   string           `yaml:"read"`
	Euro   euro             `yaml:"euro"`
	Prices map[string]price `yaml:"prices"`
}

type euro struct {
	Dollars   float64 `yaml:"dollars"`
	Published string  `yaml:"published"`
	Source    string  `yaml:"source"`
}

type price struct {
	Dollars   float64 `yaml:"dollars"`
	For       float64 `yaml:"for"`
	Unit      string  `yaml:"unit"`
	Known     string  `yaml:"known"`
	Code      string  `yaml:"code"`
	Published string  `yaml:"published"`
	Source    string  `yaml:"source"`
}

func (p price) of(quantity float64) float64 { return quantity * p.Dollars / p.For }

// counts are infra/counts.yaml.
type counts struct {
	Year        map[string]volume  `yaml:"year"`
	EachDossier eachDossier        `yaml:"each_dossier"`
	KeptYears   float64            `yaml:"kept_years"`
	ListedYears float64            `yaml:"listed_years"`
	Refused     float64            `yaml:"refused"`
	Bounces     float64            `yaml:"bounces"`
	AlarmMails  float64            `yaml:"alarm_mails"`
	Deployments float64            `yaml:"deployments"`
	Schedule    map[string]every   `yaml:"schedule"`
	Slower      float64            `yaml:"slower"`
	Acts        map[string]act     `yaml:"acts"`
	Bytes       map[string]float64 `yaml:"bytes"`
	Fixed       map[string]float64 `yaml:"fixed"`
	Metrics     map[string]float64 `yaml:"metrics"`
}

// volume is a year of one deployment.
type volume struct {
	Regions   float64 `yaml:"regions"`
	Demarches float64 `yaml:"demarches"`
	Dossiers  float64 `yaml:"dossiers"`
}

type eachDossier struct {
	Changes   float64 `yaml:"changes"`
	Webhooks  float64 `yaml:"webhooks"`
	Reminders float64 `yaml:"reminders"`
	Mails     float64 `yaml:"mails"`
}

type every struct {
	Minutes float64 `yaml:"every_minutes"`
}

// act is what one act costs.
type act struct {
	Platform float64 `yaml:"platform"`
	Read     float64 `yaml:"read"`
	Write    float64 `yaml:"write"`
	GBS      float64 `yaml:"gbs"`
	Proof    string  `yaml:"proof"`
}

func files(t testing.TB) (p prices, c counts) {
	t.Helper()
	load(t, "prices.yaml", &p)
	load(t, "counts.yaml", &c)
	return p, c
}

func load(t testing.TB, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "infra", name))
	if err == nil {
		err = yaml.UnmarshalWithOptions(text, into, yaml.Strict())
	}
	if err != nil {
		t.Fatal(fmt.Errorf("infra/%s: %w", name, err))
	}
}
