package org.seqlm.dataset;

/** What is to be learned of labelled examples. */
public enum ExampleTask {
  /** A label of a sequence: many to one. */
  CLASSIFY("accuracy"),
  /** A label of each element of a sequence. */
  TAG("accuracy"),
  /** A sequence of another, or of a condition: one to many. */
  SEQUENCE("exact-match"),
  /** A label of a grid of cells, an image for instance. */
  GRID("accuracy"),
  /** A label of a sequence of frames. */
  FRAMES("accuracy"),
  /** The next values of a series, which may have gaps. */
  SERIES("rmse");

  private final String metric;

  ExampleTask(String metric) {
    this.metric = metric;
  }

  /** The metric that counts where the examples name none. */
  public String metric() {
    return metric;
  }
}
