package org.seqlm.sql.expression;

import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/**
 * A function of a text, on its way to tasks. Two that are equal give the same values, so that a
 * query computes one of them.
 */
public interface TextFunction extends Serializable {
  /** Of its values. */
  DataType dataType();

  /** As a query's plan shows it, for instance {@code seqlm_score}. */
  String name();

  /** What it has beside the text, as a plan shows it; empty for nothing. */
  String argument();

  /** Opens it for one thread. */
  Evaluator open() throws IOException;

  /** Makes values of texts, one after the other, in one thread. */
  @FunctionalInterface
  interface Evaluator {
    /**
     * A value as Catalyst has those of the data type.
     *
     * @param utf8 valid
     */
    Object of(byte[] utf8);
  }
}
