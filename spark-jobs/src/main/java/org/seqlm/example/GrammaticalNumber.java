package org.seqlm.example;

/** Grammatical number: what a verb must share with its subject. */
enum GrammaticalNumber {
  SINGULAR("sg"),
  PLURAL("pl");

  private final String label;

  GrammaticalNumber(String label) {
    this.label = label;
  }

  /** As it stands in the names of states. */
  String label() {
    return label;
  }

  GrammaticalNumber other() {
    return this == SINGULAR ? PLURAL : SINGULAR;
  }
}
