package org.seqlm.text;

import java.util.List;

/** Puts words together again as text that reads well. */
final class Lines {
  private static final String CLOSING =
      ".,;:!?%)]}\u2026\u2019\u201D\u00BB\u060C\u061B\u061F\u066A"
          + "\u3001\u3002\uFF0C\uFF01\uFF1F\uFF1A\uFF1B";
  private static final String OPENING = "([{\u2018\u201C\u00AB\u00BF\u00A1";

  private Lines() {}

  /**
   * Single spaces between words, a line feed for {@code </s>}, nothing for {@code <s>}. Where
   * punctuation was kept it goes where English puts it: closing marks with the word before, opening
   * marks with the word after, straight quotes by turns within a line.
   */
  static String join(List<String> tokens, Punctuation punctuation) {
    StringBuilder text = new StringBuilder();
    boolean space = false;
    boolean quoted = false;
    for (String token : tokens) {
      if (token.equals("</s>")) {
        text.append('\n');
        space = false;
        quoted = false;
        continue;
      }
      if (token.equals("<s>")) {
        continue;
      }
      boolean closing = false;
      boolean opening = false;
      if (punctuation == Punctuation.KEEP && token.length() == 1) {
        if (token.equals("\"")) {
          closing = quoted;
          opening = !quoted;
          quoted = !quoted;
        } else {
          closing = CLOSING.contains(token);
          opening = OPENING.contains(token);
        }
      }
      if (space && !closing) {
        text.append(' ');
      }
      text.append(token);
      space = !opening;
    }
    return text.toString();
  }
}
