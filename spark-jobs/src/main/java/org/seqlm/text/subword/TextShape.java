package org.seqlm.text.subword;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
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

    private String apply(String text) {
      return this == LOWERCASE
          ? JsonNormalizers.lower(text)
          : Normalizer.normalize(text, Normalizer.Form.valueOf(name()));
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
    GPT2,
    /** Not at all: tokens may go over spaces. */
    WHOLE
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
      byteLevel().split(utf8, begin, end, sink);
    }
  }

  private ByteLevel byteLevel() {
    return new ByteLevel(
        prefix == Prefix.SPACE ? ByteLevel.Prefix.SPACE : ByteLevel.Prefix.NONE,
        stretches == Stretches.GPT2 ? new GptWords() : Splitter.WHOLE);
  }
}
