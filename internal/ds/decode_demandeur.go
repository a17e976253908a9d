package ds

import "relais/internal/dossier"

// demandeur decodes the three kinds; any other is kept by its typename alone.
func (d *decoder) demandeur(w *wireDemandeur) dossier.Demandeur {
	if w == nil {
		return dossier.Demandeur{}
	}
	out := dossier.Demandeur{Kind: dossier.DemandeurKind(w.Typename)}
	switch out.Kind {
	case dossier.PersonnePhysique:
		out.Civilite, out.Nom, out.Prenom = line(w.Civilite), line(w.Nom), line(w.Prenom)
	case dossier.PersonneMorale:
		out.Etablissement = etablissement(&w.wirePersonneMorale)
	case dossier.PersonneMoraleIncomplete:
		out.Etablissement = &dossier.Etablissement{Siret: line(w.Siret)}
	default:
		d.strange("demandeur", w.Typename)
	}
	return out
}

func etablissement(w *wirePersonneMorale) *dossier.Etablissement {
	out := &dossier.Etablissement{
		Siret:       line(w.Siret),
		SiegeSocial: w.SiegeSocial,
		Naf:         line(w.Naf),
		LibelleNaf:  line(w.LibelleNaf),
		Address:     addressOr(w.Address, nil, nil),
	}
	if e := w.Entreprise; e != nil {
		out.Entreprise = &dossier.Entreprise{
			Siren:              line(e.Siren),
			RaisonSociale:      line(e.RaisonSociale),
			NomCommercial:      line(e.NomCommercial),
			FormeJuridique:     line(e.FormeJuridique),
			FormeJuridiqueCode: line(e.FormeJuridiqueCode),
			EtatAdministratif:  line(e.EtatAdministratif),
			DateCreation:       lenientDay(e.DateCreation),
		}
	}
	if a := w.Association; a != nil {
		out.Association = &dossier.Association{RNA: line(a.RNA), Titre: line(a.Titre), Objet: block(a.Objet)}
	}
	return out
}
