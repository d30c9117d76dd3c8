package org.seqlm.profile.text;

/** What is measured of each line. Not thread-safe. */
public final class LineMeasures {
  private final Tallies tallies;
  private final Histogram lengths;
  private final CharacterCounts characters = new CharacterCounts();

  /** Measures into tallies. */
  public LineMeasures(Tallies tallies) {
    this.tallies = tallies;
    lengths = tallies.histogram(Measures.LINE_CHARACTERS);
  }

  /** A line, valid UTF-8 without its line feed. */
  public void line(byte[] utf8, int from, int to) {
    lengths.add(characters.line(utf8, from, to));
  }

  /** After the last line: all that was counted is in the tallies. */
  public void end() {
    characters.addTo(tallies);
  }
}
