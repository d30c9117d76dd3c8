package org.seqlm.spark.terms;

import java.io.Serializable;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;

/**
 * A text to count.
 *
 * @param plan as it was listed
 * @param source how it is read
 * @param records which of its records are taken; null for all
 */
public record TermText(CorpusPlan plan, CorpusSource source, FieldIs records) {
  /** Which records are taken. */
  public enum Taken {
    /** Those whose field has the value. */
    WITH_VALUE,
    /** All others, those without the field among them. */
    OTHERS
  }

  /**
   * Records by a field.
   *
   * @param field of JSON lines or Parquet
   * @param value as text
   */
  public record FieldIs(String field, String value, Taken taken) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Those that this one does not take. */
    FieldIs others() {
      return new FieldIs(field, value, taken == Taken.WITH_VALUE ? Taken.OTHERS : Taken.WITH_VALUE);
    }

    boolean takes(String found) {
      return value.equals(found) == (taken == Taken.WITH_VALUE);
    }
  }
}
