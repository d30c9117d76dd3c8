package org.seqlm.quality;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The filters of C4: Raffel et al., <em>Exploring the Limits of Transfer Learning with a Unified
 * Text-to-Text Transformer</em>, JMLR 21 (2020), section 2.2. Lines stay that end like sentences
 * and have five words; those that speak of JavaScript or policies go, and so do marks of citations.
 * Documents go that have fewer than three sentences then, or that had a curly bracket or "lorem
 * ipsum" anywhere. Its list of bad words, its language filter and its deduplication are others'
 * work. Words are what white space parts; sentences are counted as {@link Marks#sentences} does.
 */
public final class C4 implements FilterKind {
  private static final byte[] LOREM_IPSUM = "lorem ipsum".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern CITATION =
      Pattern.compile("\\[\\d*\\]|\\[edit\\]|\\[citation needed\\]");

  @Override
  public String name() {
    return "c4";
  }

  @Override
  public String source() {
    return "Raffel et al. 2020, 2.2";
  }

  @Override
  public List<Parameter> parameters() {
    double any = Double.POSITIVE_INFINITY;
    return List.of(
        Parameter.number("min-sentences", 3, 0, any, "sentences of the lines that stay"),
        Parameter.number("max-lorem-ipsum", 0, 0, any, "occurrences of \"lorem ipsum\""),
        Parameter.number("max-curly-brackets", 0, 0, any, "occurrences of {"),
        Parameter.number("min-line-words", 5, 0, any, "words of a line that stays"),
        Parameter.number("max-word-length", 1000, 1, any, "characters of a word in such a line"),
        Parameter.texts(
            "line-ends", List.of(".", "?", "!", "\"", "”"), "what a line that stays ends with"),
        Parameter.texts("script-notices", List.of("javascript"), "what no line has that stays"),
        Parameter.texts(
            "policy-notices",
            List.of(
                "terms of use",
                "privacy policy",
                "cookie policy",
                "uses cookies",
                "use of cookies",
                "use cookies"),
            "what no line has that stays"));
  }

  @Override
  public Filter create(Settings settings) {
    List<Rule> rules =
        List.of(
            Rule.atMost(
                "c4.lorem-ipsum",
                "occurrences of \"lorem ipsum\"",
                settings.number("max-lorem-ipsum"),
                Scale.COUNT),
            Rule.atMost(
                "c4.curly-brackets",
                "occurrences of {",
                settings.number("max-curly-brackets"),
                Scale.COUNT),
            Rule.atLeast(
                "c4.sentences",
                "sentences of the lines that stay",
                settings.number("min-sentences"),
                Scale.COUNT));
    Filter.LineEdit lines = new Lines(settings);
    Marks curly = new Marks(List.of("{"));
    return new Filter() {
      @Override
      public List<Rule> rules() {
        return rules;
      }

      @Override
      public Filter.LineEdit lines() {
        return lines;
      }

      @Override
      public void measure(Document document, Document edited, double[] values) {
        byte[] utf8 = document.utf8();
        values[0] = Marks.countIgnoringCase(utf8, document.from(), document.to(), LOREM_IPSUM);
        values[1] = curly.count(utf8, document.from(), document.to());
        int sentences = 0;
        for (int i = 0; i < edited.lines(); i++) {
          int from = edited.lineFrom(i);
          sentences += Marks.sentences(edited.utf8(), from, edited.lineTo(i, from));
        }
        values[2] = sentences;
      }
    };
  }

  private static final class Lines implements Filter.LineEdit {
    private final List<String> ends;
    private final List<String> scripts;
    private final List<String> policies;
    private final double minWords;
    private final double longest;

    Lines(Settings settings) {
      ends = settings.texts("line-ends");
      scripts = settings.texts("script-notices");
      policies = settings.texts("policy-notices");
      minWords = settings.number("min-line-words");
      longest = settings.number("max-word-length");
    }

    @Override
    public List<String> reasons() {
      return List.of("c4.long-word", "c4.line-end", "c4.line-words", "c4.script", "c4.policy");
    }

    @Override
    public String edit(String line, long[] dropped) {
      String text = stripped(line);
      int reason = -1;
      if (longestWord(text) > longest) {
        reason = 0;
      } else {
        if (text.indexOf('[') >= 0) {
          text = CITATION.matcher(text).replaceAll("");
        }
        if (text.endsWith("...") || ends.stream().noneMatch(text::endsWith)) {
          reason = 1;
        } else if (words(text) < minWords) {
          reason = 2;
        } else {
          String lower = text.toLowerCase(Locale.ROOT);
          if (scripts.stream().anyMatch(lower::contains)) {
            reason = 3;
          } else if (policies.stream().anyMatch(lower::contains)) {
            reason = 4;
          }
        }
      }
      if (reason >= 0) {
        dropped[reason]++;
        return null;
      }
      return text;
    }

    private static String stripped(String line) {
      int from = 0;
      int to = line.length();
      while (from < to && Document.isSpace(line.charAt(from))) {
        from++;
      }
      while (to > from && Document.isSpace(line.charAt(to - 1))) {
        to--;
      }
      return line.substring(from, to);
    }

    private static int longestWord(String text) {
      int longest = 0;
      int length = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        length = Document.isSpace(c) ? 0 : length + (Character.isLowSurrogate(c) ? 0 : 1);
        longest = Math.max(longest, length);
      }
      return longest;
    }

    private static int words(String text) {
      int words = 0;
      boolean inside = false;
      for (int i = 0; i < text.length(); i++) {
        boolean space = Document.isSpace(text.charAt(i));
        words += !space && !inside ? 1 : 0;
        inside = !space;
      }
      return words;
    }
  }
}
