package org.seqlm.text.subword;

import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pre-tokenizers of Hugging Face's tokenizers that work on characters. */
final class StringSplits {
  /** Stands for a space in tokens of SentencePiece. */
  static final char SPACE_MARK = '\u2581';

  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String ENDS =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";

  /** Expressions that mean the same in Java and in the library that theirs are written for. */
  static final List<String> KNOWN =
      List.of(
          // GPT-2, and as its makers wrote it later
          GptWords.PATTERN,
          "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          // cl100k of GPT-4, Llama 3
          CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}" + ENDS,
          // Qwen 2
          CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}" + ENDS,
          // o200k of GPT-4o
          "[^\\r\\n\\p{L}\\p{N}]?"
              + UPPER
              + "*"
              + LOWER
              + "+"
              + CONTRACTIONS
              + "?|[^\\r\\n\\p{L}\\p{N}]?"
              + UPPER
              + "+"
              + LOWER
              + "*"
              + CONTRACTIONS
              + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

  /** Cuts a text; it may change it. */
  interface StringSplit {
    /**
     * Cuts a text.
     *
     * @param place of the text in its record
     */
    void split(String text, Place place, Consumer<String> sink);
  }

  /** Where a text stands. */
  enum Place {
    START,
    LATER
  }

  /** Which texts get a space in front. */
  enum Prefix {
    ALWAYS,
    FIRST,
    NEVER
  }

  /** What becomes of the stretches between those that an expression finds. */
  enum Between {
    KEPT,
    REMOVED
  }

  /** What becomes of the stretches that it finds. */
  enum Found {
    KEPT,
    REMOVED
  }

  private StringSplits() {}

  static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
  }

  /** By an expression. */
  static StringSplit by(Pattern pattern, Found found, Between between) {
    return (text, place, sink) -> {
      Matcher matcher = pattern.matcher(text);
      int end = 0;
      while (matcher.find()) {
        if (matcher.end() == matcher.start()) {
          continue;
        }
        if (between == Between.KEPT && end < matcher.start()) {
          sink.accept(text.substring(end, matcher.start()));
        }
        end = matcher.end();
        if (found == Found.KEPT) {
          sink.accept(text.substring(matcher.start(), end));
        }
      }
      if (between == Between.KEPT && end < text.length()) {
        sink.accept(text.substring(end));
      }
    };
  }

  /** Whether a text of marks is cut. */
  enum Cut {
    AT_MARKS,
    NOWHERE
  }

  /** As SentencePiece: spaces become marks, and a mark begins a stretch. */
  static StringSplit metaspace(char mark, Prefix prefix, Cut cut) {
    return (text, place, sink) -> {
      String marked = text.replace(' ', mark);
      boolean wanted = prefix == Prefix.ALWAYS || (prefix == Prefix.FIRST && place == Place.START);
      if (wanted && !marked.isEmpty() && marked.charAt(0) != mark) {
        marked = mark + marked;
      }
      if (cut == Cut.NOWHERE) {
        sink.accept(marked);
        return;
      }
      int begin = 0;
      for (int i = 1; i < marked.length(); i++) {
        if (marked.charAt(i) == mark) {
          sink.accept(marked.substring(begin, i));
          begin = i;
        }
      }
      if (begin < marked.length()) {
        sink.accept(marked.substring(begin));
      }
    };
  }
}
