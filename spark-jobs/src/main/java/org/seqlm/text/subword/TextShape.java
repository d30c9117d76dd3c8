package org.seqlm.text.subword;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.Normalizer2;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.seqlm.text.TokenSink;

/**
 * What is made of text before a byte-level model sees it, when the model is learned and ever after.
 *
 * @param normalizers in their order
 * @param prefix whether a text that begins with no space gets one
 * @param stretches over which no token goes
 */
public record TextShape(List<Change> normalizers, Prefix prefix, Stretches stretches)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  public TextShape {
    normalizers = List.copyOf(normalizers);
  }

  /** The text as it is, cut as GPT-2 does. */
  public static TextShape plain() {
    return new TextShape(List.of(), Prefix.NONE, Stretches.GPT2);
  }

  /** A change of the text. */
  public enum Change {
    NFC,
    NFD,
    NFKC,
    NFKD,
    LOWERCASE;

    /** As in a tokenizer.json. */
    String type() {
      return this == LOWERCASE ? "Lowercase" : name();
    }

    /** The changed text; by ICU, whose Unicode is the same on every machine. */
    String apply(String text) {
      return switch (this) {
        case NFC -> Normalizer2.getNFCInstance().normalize(text);
        case NFD -> Normalizer2.getNFDInstance().normalize(text);
        case NFKC -> Normalizer2.getNFKCInstance().normalize(text);
        case NFKD -> Normalizer2.getNFKDInstance().normalize(text);
        case LOWERCASE -> lower(text);
      };
    }

    /** Each code point by itself, as Rust does: elsewhere sigma depends on where it stands. */
    private static String lower(String text) {
      StringBuilder lower = new StringBuilder(text.length());
      text.codePoints()
          .forEach(
              c -> {
                if (c == 0x130) {
                  lower.append("i\u0307");
                } else {
                  lower.appendCodePoint(UCharacter.toLowerCase(c));
                }
              });
      return lower.toString();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A space in front. */
  public enum Prefix {
    NONE,
    SPACE
  }

  /** How text is cut before bytes are merged. */
  public enum Stretches {
    /** As {@link GptWords}. */
    GPT2(new GptWords()),
    /** Not at all: tokens may go over spaces. */
    WHOLE(Splitter.WHOLE);

    private final Splitter splitter;

    Stretches(Splitter splitter) {
      this.splitter = splitter;
    }
  }

  /** Cuts a text into the stretches that are counted. */
  public void split(byte[] bytes, int from, int to, TokenSink sink) {
    byte[] utf8 = bytes;
    int begin = from;
    int end = to;
    if (!normalizers.isEmpty()) {
      String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      for (Change change : normalizers) {
        text = change.apply(text);
      }
      utf8 = text.getBytes(StandardCharsets.UTF_8);
      begin = 0;
      end = utf8.length;
    }
    if (begin < end) {
      splitBytes(utf8, begin, end, sink);
    }
  }

  /** The same for text that is normalised already, and not empty. */
  void splitBytes(byte[] utf8, int from, int to, TokenSink sink) {
    if (prefix == Prefix.NONE || utf8[from] == ' ') {
      stretches.splitter.split(utf8, from, to, sink);
      return;
    }
    byte[] prefixed = new byte[to - from + 1];
    prefixed[0] = ' ';
    System.arraycopy(utf8, from, prefixed, 1, to - from);
    stretches.splitter.split(prefixed, 0, prefixed.length, sink);
  }
}
