package org.seqlm;

/**
 * What a running job tells the person who waits for it. Calls come from the driver only and may be
 * frequent.
 */
public interface Progress {
  /** Says nothing. */
  Progress SILENT =
      new Progress() {
        @Override
        public void stage(String name, long total, String unit) {}

        @Override
        public void update(long done, String detail) {}

        @Override
        public void message(String line) {}
      };

  /**
   * A stage begins; the one before is over.
   *
   * @param name for instance {@code train}
   * @param total how much there is to do, 0 where unknown
   * @param unit of {@code total}, for instance {@code tokens}; the rate is shown in it
   */
  void stage(String name, long total, String unit);

  /**
   * A stage begins that goes on with what an earlier process did.
   *
   * @param before done by that; in no rate
   */
  default void stage(String name, long before, long total, String unit) {
    stage(name, total, unit);
    update(before, "");
  }

  /**
   * How far the stage is.
   *
   * @param done of the stage's total
   * @param detail for instance {@code loss 1.842 ppl 6.31}; may be empty
   */
  void update(long done, String detail);

  /**
   * The same of a job that has a clock of its own, which is what it says in the end.
   *
   * @param seconds of all that is done, by earlier processes too
   */
  default void update(long done, double seconds, String detail) {
    update(done, detail);
  }

  /** A line that stays, for instance a sample of generated text. */
  void message(String line);
}
