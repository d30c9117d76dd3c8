package org.seqlm.text.chain.stages;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.List;
import org.seqlm.text.chain.SpanSink;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageValues;

/**
 * What people call a character (grapheme clusters, UAX 29): a letter with its marks, a whole emoji.
 * One of more than {@value #LONGEST} chars is cut.
 */
final class CharacterSplitter implements Stage.Splitter {
  private static final int LONGEST = 4096;

  private final BreakIterator icu = BreakIterator.getCharacterInstance(ULocale.ROOT);
  private final boolean keepSpaces;

  private CharacterSplitter(boolean keepSpaces) {
    this.keepSpaces = keepSpaces;
  }

  /** {@code characters}. */
  public static final class Provider extends PlainProvider {
    private static final String SPACES = "spaces";

    public Provider() {
      super(
          Kind.SPLITTER,
          "characters",
          "What people call a character (grapheme clusters): a letter with its marks, a whole"
              + " emoji.",
          StageParameter.choice(SPACES, "White space: a token each, or dropped.", "keep", "drop"));
    }

    @Override
    public Stage create(StageValues values) {
      return new CharacterSplitter(values.text(SPACES).equals("keep"));
    }
  }

  @Override
  public void split(String text, int from, int to, SpanSink sink) {
    int i = from;
    while (i < to) {
      // Two of ASCII are two characters, but for a carriage return before its line feed.
      char c = text.charAt(i);
      if (c < 0x80 && c != '\r' && (i + 1 == to || text.charAt(i + 1) < 0x80)) {
        token(text, i, i + 1, sink);
        i++;
      } else {
        i = byIcu(text, i, Math.min(to, i + LONGEST), to, sink);
      }
    }
  }

  /** Up to the last cluster that is sure to be whole. */
  private int byIcu(String text, int from, int most, int to, SpanSink sink) {
    int end = most;
    if (end < to && Character.isLowSurrogate(text.charAt(end))) {
      end--;
    }
    icu.setText(text.substring(from, end));
    int start = icu.first();
    for (int next = icu.next(); next != BreakIterator.DONE; next = icu.next()) {
      if (from + next == end && end < to && start > 0) {
        return from + start;
      }
      token(text, from + start, from + next, sink);
      start = next;
    }
    return end;
  }

  private void token(String text, int from, int to, SpanSink sink) {
    if (keepSpaces || !WhitespaceSplitter.isSpace(text.charAt(from))) {
      sink.token(text, from, to);
    }
  }

  @Override
  public String join(List<String> tokens) {
    return String.join("", tokens);
  }
}
