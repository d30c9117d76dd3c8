package org.seqlm.concordance.found;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.concordance.ContextLine;
import org.seqlm.concordance.ContextReader;

/** Lines as arrays, which a task sends to the driver. */
public final class DrawnLines implements Serializable {
  private static final long serialVersionUID = 1L;

  long[] numbers; // of each line: word, record, document
  String[] texts; // of each line: left, keyword, right, path
  String[][] words; // of each line: those left, those found, those right

  /** For Kryo. */
  DrawnLines() {}

  /**
   * Draws the lines around places: first words and lengths.
   *
   * @param span words on each side
   * @param reach words on each side that are told folded, at least as many
   */
  public static DrawnLines of(
      ContextReader reader, long[] words, int[] lengths, int span, int reach) throws IOException {
    DrawnLines drawn = new DrawnLines();
    drawn.numbers = new long[3 * words.length];
    drawn.texts = new String[4 * words.length];
    drawn.words = new String[3 * words.length][];
    for (int i = 0; i < words.length; i++) {
      ContextLine line = reader.line(words[i], lengths[i], span, reach);
      drawn.numbers[3 * i] = line.word();
      drawn.numbers[3 * i + 1] = line.record();
      drawn.numbers[3 * i + 2] = line.document();
      drawn.texts[4 * i] = line.left();
      drawn.texts[4 * i + 1] = line.keyword();
      drawn.texts[4 * i + 2] = line.right();
      drawn.texts[4 * i + 3] = line.path();
      drawn.words[3 * i] = line.leftWords().toArray(String[]::new);
      drawn.words[3 * i + 1] = line.keyWords().toArray(String[]::new);
      drawn.words[3 * i + 2] = line.rightWords().toArray(String[]::new);
    }
    return drawn;
  }

  /** The lines. */
  public List<ContextLine> lines() {
    List<ContextLine> lines = new ArrayList<>();
    for (int i = 0; i < numbers.length / 3; i++) {
      lines.add(
          new ContextLine(
              numbers[3 * i],
              texts[4 * i],
              texts[4 * i + 1],
              texts[4 * i + 2],
              texts[4 * i + 3],
              numbers[3 * i + 1],
              numbers[3 * i + 2],
              List.of(words[3 * i]),
              List.of(words[3 * i + 1]),
              List.of(words[3 * i + 2])));
    }
    return lines;
  }
}
