package sandbox

// everything is a query that writes every fragment out, as a good client does.
const everything = `
query everything($demarche: Int!, $since: ISO8601DateTime, $after: String, $first: Int) {
  demarche(number: $demarche) {
    id number title state dateFermeture
    activeRevision { id }
    groupeInstructeurs { id number label closed instructeurs { id email } }
    dossiers(updatedSince: $since, after: $after, first: $first) {
      pageInfo { endCursor startCursor hasNextPage hasPreviousPage }
      edges { cursor node { ...dossier } }
    }
  }
}
` + dossierFragments

const dossierFragments = `
fragment dossier on Dossier {
  id number state archived dateDepot datePassageEnConstruction datePassageEnInstruction dateTraitement
  dateExpiration dateDerniereModification dateDerniereModificationChamps dateDerniereModificationAnnotations
  dateDerniereCorrectionEnAttente dateSuppressionParUsager dateSuppressionParAdministration
  datePrevisionnelleDecisionSVASVR dateTraitementSVASVR motivation
  usager { id email } connectionUsager deposeParUnTiers prenomMandataire nomMandataire
  demandeur {
    __typename id
    ... on PersonneMorale { ...morale }
    ... on PersonneMoraleIncomplete { siret }
  }
  demarche { number revision { id } }
  groupeInstructeur { id number label closed }
  instructeurs { id email }
  labels { id name }
  traitements { id event dateTraitement emailAgentTraitant }
  messages { id createdAt discardedAt body email correction { reason dateResolution } }
  avis { id dateQuestion dateReponse reponse questionAnswer }
  attestation { filename checksum url }
  pdf { filename checksum url byteSizeBigInt }
  champs { ...champ ... on RepetitionChamp { rows { id champs { ...champ } } } }
  annotations { ...champ ... on RepetitionChamp { rows { id champs { ...champ } } } }
}
fragment morale on PersonneMorale {
  siret siegeSocial naf libelleNaf address { ...address }
  entreprise { siren raisonSociale nomCommercial formeJuridique formeJuridiqueCode etatAdministratif dateCreation capitalSocial }
  association { rna titre objet }
}
fragment address on Address { label streetAddress postalCode cityName cityCode departmentCode regionCode type }
fragment file on File { filename contentType checksum byteSizeBigInt createdAt virusScanResult url }
fragment champ on Champ {
  __typename id champDescriptorId label stringValue updatedAt prefilled
  ... on TextChamp { text: value }
  ... on CheckboxChamp { checked: value }
  ... on YesNoChamp { yes: value }
  ... on IntegerNumberChamp { integer: value }
  ... on DecimalNumberChamp { decimal: value }
  ... on DateChamp { date }
  ... on DatetimeChamp { datetime }
  ... on CiviliteChamp { civilite: value }
  ... on DropDownListChamp { choice: value }
  ... on MultipleDropDownListChamp { values }
  ... on LinkedDropDownListChamp { primaryValue secondaryValue }
  ... on PieceJustificativeChamp { files { ...file } }
  ... on TitreIdentiteChamp { filled grantType }
  ... on AddressChamp { address { ...address } commune { code } departement { code } }
  ... on CommuneChamp { commune { code name postalCode } departement { code } }
  ... on EpciChamp { epci { code name } departement { code } }
  ... on DepartementChamp { departement { code name } }
  ... on RegionChamp { region { code name } }
  ... on PaysChamp { pays { code name } }
  ... on SiretChamp { etablissement { ...morale } }
  ... on RNAChamp { rna { id title } }
  ... on RNFChamp { rnf { id title } }
  ... on CarteChamp { geoAreas { id source description geometry { type coordinates } } }
  ... on EngagementJuridiqueChamp { engagementJuridique { montantEngage } }
  ... on HeaderSectionChamp { level }
  ... on ExplicationChamp { id }
}
`
