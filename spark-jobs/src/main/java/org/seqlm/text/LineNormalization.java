package org.seqlm.text;

/** What is made of a line before it is cut, whatever a model's own rules make of it then. */
public enum LineNormalization {
  /** Nothing. */
  NONE,
  /** As CCNet's models were trained: {@link CcnetNormalizer}. */
  CCNET
}
