import { graphql } from "../gql/index.js";

export const CREATE = graphql(`
  mutation Create($input: CreateDeclarationInput!) {
    createDeclaration(input: $input) {
      declaration { id number sections { section digest } }
      errors { ...RefusalFields }
    }
  }
`);

export const READ = graphql(`
  query Read($id: ID!) {
    declaration(id: $id) {
      id
      number
      state
      version
      sections { section digest unfinished }
      content {
        basic { birthDate workBeganOn post specialtyPractised }
        education { school major degree fullTime graduatedOn }
        workHistory { organisation post since }
        presentTitle { name level obtainedOn appointedOn }
        achievements { kind title obtainedOn part }
        continuingEducation { year publicHours professionalHours }
        responsibility { confirmed }
      }
    }
  }
`);

export const SAVE = graphql(`
  mutation Save($input: SaveSectionInput!) {
    saveSection(input: $input) {
      saved { section digest complete findings { message } }
      errors { ...RefusalFields }
    }
  }
`);

export const BEGIN_UPLOAD = graphql(`
  mutation BeginUpload($input: BeginUploadInput!) {
    beginUpload(input: $input) {
      material { id }
      parts { number offset size url }
      wholeUrl
      errors { ...RefusalFields }
    }
  }
`);

export const GO_ON_UPLOAD = graphql(`
  mutation GoOnUpload($input: GoOnUploadInput!) {
    goOnUpload(input: $input) {
      material { id }
      parts { number offset size url }
      wholeUrl
      errors { ...RefusalFields }
    }
  }
`);

export const MATERIAL = graphql(`
  query Material($id: ID!) {
    node(id: $id) { ... on Material { state } }
  }
`);

export const STEP = graphql(`
  mutation Step($input: ActOnDeclarationInput!) {
    actOnDeclaration(input: $input) {
      declaration { number state }
      errors { ...RefusalFields }
    }
  }
`);
