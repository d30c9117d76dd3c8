package org.seqlm.report.page;

/** A language of a page's own words; what a page tells about is in its own. */
public enum Language {
  /** English: what templates and artifacts are written in. */
  EN("en", Direction.LEFT_TO_RIGHT),
  /** Persian. */
  FA("fa", Direction.RIGHT_TO_LEFT);

  /** Where a line begins. */
  public enum Direction {
    LEFT_TO_RIGHT,
    RIGHT_TO_LEFT
  }

  private final String tag;
  private final Direction direction;

  Language(String tag, Direction direction) {
    this.tag = tag;
    this.direction = direction;
  }

  /** As BCP 47 names it. */
  public String tag() {
    return tag;
  }

  /** Where its lines begin. */
  public Direction direction() {
    return direction;
  }
}
