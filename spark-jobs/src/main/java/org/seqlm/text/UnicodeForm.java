package org.seqlm.text;

/** Unicode normalisation of a record before it is cut (Unicode Standard Annex 15). */
public enum UnicodeForm {
  NONE,
  NFC,
  NFKC
}
