package org.seqlm.example;

/** Grammatical number: what a verb must share with its subject. */
enum Number {
  SINGULAR("sg"),
  PLURAL("pl");

  private final String label;

  Number(String label) {
    this.label = label;
  }

  /** As it stands in the names of states. */
  String label() {
    return label;
  }

  Number other() {
    return this == SINGULAR ? PLURAL : SINGULAR;
  }
}
