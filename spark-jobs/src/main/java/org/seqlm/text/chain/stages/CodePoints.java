package org.seqlm.text.chain.stages;

import java.util.function.IntUnaryOperator;
import org.seqlm.text.chain.Stage;

/**
 * Text with each code point replaced by itself, another or nothing; a text that does not change is
 * not copied.
 *
 * @param change by code point, {@link #NONE} for nothing
 */
record CodePoints(IntUnaryOperator change) implements Stage.Normalizer {
  static final int NONE = -1;

  @Override
  public String normalize(String text) {
    StringBuilder changed = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int to = change.applyAsInt(c);
      if (to != c && changed == null) {
        changed = new StringBuilder(text.length()).append(text, 0, i);
      }
      if (changed != null && to != NONE) {
        changed.appendCodePoint(to);
      }
      i += Character.charCount(c);
    }
    return changed == null ? text : changed.toString();
  }
}
