package org.seqlm.text.subword;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.seqlm.text.TokenSink;
import org.seqlm.text.Utf8;
import org.seqlm.text.subword.StringSplits.Place;

/** Cuts text into subwords and puts them together again, as a {@link SubwordFile} says. */
public final class SubwordTokenizer {
  private final SubwordFile file;
  private final SubwordFile.Parts parts;
  private final SubwordModel.Encoder encoder;
  private final IdList own = new IdList();
  private IdList ids;
  private int codePoints;
  private final TokenSink model;

  SubwordTokenizer(SubwordFile file) {
    this.file = file;
    parts = file.parts();
    encoder = parts.model().encoder();
    model = (bytes, from, to) -> encoder.encode(bytes, from, to, ids);
  }

  /**
   * Adds the ids of a text. Where the file only works on bytes (a byte-level model without a
   * normaliser), any bytes do, and {@link #decode} gives them back; else what is no UTF-8 becomes
   * U+FFFD.
   *
   * @return the code points of the normalised text
   */
  public int encode(byte[] bytes, int from, int to, IdList into) {
    ids = into;
    codePoints = 0;
    if (file.raw() == null) {
      text(bytes, from, to, Place.START);
      return codePoints;
    }
    file.raw()
        .split(
            bytes,
            from,
            to,
            new AddedTokens.Sink() {
              @Override
              public void text(byte[] utf8, int begin, int end) {
                SubwordTokenizer.this.text(
                    utf8, begin, end, begin == from ? Place.START : Place.LATER);
              }

              @Override
              public void added(int id, byte[] utf8, int begin, int end) {
                ids.add(id);
                codePoints += Utf8.codePoints(utf8, begin, end);
              }
            });
    return codePoints;
  }

  /** Text between added tokens. */
  private void text(byte[] bytes, int from, int to, Place place) {
    if (from == to) {
      return;
    }
    if (parts.normalizer() == null && file.normalized() == null && parts.splits().isEmpty()) {
      if (parts.byteLevel() != null || Utf8.isValid(bytes, from, to)) {
        codePoints += Utf8.codePoints(bytes, from, to);
        stretch(bytes, from, to);
        return;
      }
    }
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    if (parts.normalizer() != null) {
      text = parts.normalizer().apply(text);
    }
    if (file.normalized() == null) {
      normalized(text, place);
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    file.normalized()
        .split(
            utf8,
            0,
            utf8.length,
            new AddedTokens.Sink() {
              @Override
              public void text(byte[] some, int begin, int end) {
                normalized(
                    new String(some, begin, end - begin, StandardCharsets.UTF_8),
                    begin == 0 ? place : Place.LATER);
              }

              @Override
              public void added(int id, byte[] some, int begin, int end) {
                ids.add(id);
                codePoints += Utf8.codePoints(some, begin, end);
              }
            });
  }

  private void normalized(String text, Place place) {
    codePoints += text.codePointCount(0, text.length());
    splitFrom(0, text, place);
  }

  /** Cuts by the splits from the given one on, and then into bytes. */
  private void splitFrom(int index, String text, Place place) {
    if (text.isEmpty()) {
      return;
    }
    if (index == parts.splits().size()) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      stretch(utf8, 0, utf8.length);
      return;
    }
    Consumer<String> next =
        new Consumer<>() {
          private Place at = place;

          @Override
          public void accept(String some) {
            splitFrom(index + 1, some, at);
            at = Place.LATER;
          }
        };
    parts.splits().get(index).split(text, place, next);
  }

  private void stretch(byte[] bytes, int from, int to) {
    if (parts.byteLevel() == null) {
      model.token(bytes, from, to);
    } else {
      parts.byteLevel().splitBytes(bytes, from, to, model);
    }
  }

  /**
   * Cuts a text into tokens as the file spells them; what a unigram model does not know is its own
   * text.
   */
  public void tokens(byte[] bytes, int from, int to, Consumer<String> sink) {
    own.clear();
    encode(bytes, from, to, own);
    for (int i = 0; i < own.size(); i++) {
      byte[] text = own.text(i);
      sink.accept(
          text == null ? file.spelled(own.id(i)) : new String(text, StandardCharsets.UTF_8));
    }
  }

  /** The bytes of the text that these ids stand for. */
  public byte[] decode(IdList list) {
    Pieces pieces = new Pieces();
    for (int i = 0; i < list.size(); i++) {
      byte[] text = list.text(i);
      if (text != null) {
        pieces.add(new String(text, StandardCharsets.UTF_8));
      } else if (parts.contents().containsKey(list.id(i))) {
        pieces.addAdded(parts.contents().get(list.id(i)));
      } else {
        pieces.add(new String(file.token(list.id(i)), StandardCharsets.UTF_8));
      }
    }
    return pieces.bytes();
  }

  /**
   * The text that these tokens stand for.
   *
   * @param tokens as {@link #tokens} gives them
   */
  public String detokenize(List<String> tokens) {
    Pieces pieces = new Pieces();
    Map<String, Integer> raw = parts.raw();
    for (String token : tokens) {
      if (raw.containsKey(token)) {
        pieces.addAdded(token);
      } else {
        pieces.add(token);
      }
    }
    return new String(pieces.bytes(), StandardCharsets.UTF_8);
  }

  /** Puts the tokens of one text together. */
  private final class Pieces {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean first = true;

    void addAdded(String content) {
      out.writeBytes(content.getBytes(StandardCharsets.UTF_8));
      first = false;
    }

    void add(String token) {
      switch (file.decoding()) {
        case BYTES -> out.writeBytes(ByteLetters.lenientBytes(token));
        case WORDS -> {
          if (!first) {
            out.write(' ');
          }
          out.writeBytes(token.getBytes(StandardCharsets.UTF_8));
        }
        case MARKS -> {
          if (token.length() == 6 && token.matches("<0x[0-9A-F]{2}>")) {
            out.write(Integer.parseInt(token.substring(3, 5), 16));
          } else {
            String text = token.replace(parts.spaceMark(), ' ');
            boolean stripped = first && parts.prefixed() && text.startsWith(" ");
            out.writeBytes((stripped ? text.substring(1) : text).getBytes(StandardCharsets.UTF_8));
          }
        }
      }
      first = false;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
