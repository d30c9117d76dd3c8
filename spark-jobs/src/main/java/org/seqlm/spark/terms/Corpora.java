package org.seqlm.spark.terms;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.Progress;
import org.seqlm.text.TextRules;

/**
 * Two texts that are compared: side 0, the target, and side 1, the reference. Where one is all
 * records of the same files that the other is not, both are read at once.
 */
record Corpora(TermText target, TermText reference) {
  /** Both, read once. */
  record Counted(TermRanges target, TermRanges reference) implements AutoCloseable {
    /** One of them. */
    TermRanges side(int side) {
      return side == 0 ? target : reference;
    }

    @Override
    public void close() {
      try {
        reference.close();
      } finally {
        target.close();
      }
    }
  }

  /** Whether they are one text. */
  boolean ofOneText() {
    return target.plan() == reference.plan()
        && target.source().equals(reference.source())
        && target.records() != null
        && target.records().others().equals(reference.records());
  }

  /**
   * Reads both once.
   *
   * @param stage what is done, for who waits: to "target" or "reference", which follows
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  Counted read(
      JavaSparkContext spark,
      TextRules rules,
      RangeCounter.Maker counters,
      String stage,
      Progress progress) {
    if (ofOneText()) {
      List<TermRanges> both =
          TermRanges.read(
              spark,
              List.of(target, reference),
              rules,
              counters,
              stage + " target and reference",
              progress);
      return new Counted(both.get(0), both.get(1));
    }
    TermRanges first = TermRanges.read(spark, target, rules, counters, stage + " target", progress);
    try {
      return new Counted(
          first,
          TermRanges.read(
              spark,
              reference,
              rules,
              (side, range) -> counters.of(1, range),
              stage + " reference",
              progress));
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }
}
