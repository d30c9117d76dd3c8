package org.seqlm.corpus.example;

/** What is wrong with one example: the column, the value and the remedy, without the place. */
public final class BadExampleException extends Exception {
  private static final long serialVersionUID = 1L;

  private static final int MOST_SHOWN = 48;

  private final ExampleProblem problem;

  public BadExampleException(ExampleProblem problem, String message) {
    // Without a trace: there may be many, and each is one line.
    super(message, null, false, false);
    this.problem = problem;
  }

  public ExampleProblem problem() {
    return problem;
  }

  /** A value in a message, on one line and short. */
  public static String shown(Object value) {
    String text = String.valueOf(value).replaceAll("\\s+", " ");
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }
}
