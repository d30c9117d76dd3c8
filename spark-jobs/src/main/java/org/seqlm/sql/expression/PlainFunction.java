package org.seqlm.sql.expression;

/** A function of a text that asks no model, and takes nothing else. */
public interface PlainFunction extends TextFunction {
  /** What it is, in a line. */
  String usage();

  @Override
  default String argument() {
    return "";
  }
}
