package org.seqlm.quality;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.seqlm.text.Utf8;

/**
 * Gopher's rules of quality: Rae et al., <em>Scaling Language Models: Methods, Analysis &amp;
 * Insights from Training Gopher</em>, 2021, A.1.1. Words and their number are those that have a
 * core, their lengths those of the cores; shares of words are of all, symbols among them; shares of
 * lines are of those that are not blank. Stop words are found in any case.
 */
public final class GopherQuality implements FilterKind {
  private static final List<String> STOP_WORDS =
      List.of("the", "be", "to", "of", "and", "that", "have", "with");

  @Override
  public String name() {
    return "gopher-quality";
  }

  @Override
  public String source() {
    return "Rae et al. 2021, A.1.1";
  }

  @Override
  public List<Parameter> parameters() {
    double any = Double.POSITIVE_INFINITY;
    return List.of(
        Parameter.number("min-words", 50, 0, any, "words with a core, at least"),
        Parameter.number("max-words", 100_000, 0, any, "words with a core, at most"),
        Parameter.number("min-word-length", 3, 0, any, "mean characters of a core, at least"),
        Parameter.number("max-word-length", 10, 0, any, "mean characters of a core, at most"),
        Parameter.number("max-hashes", 0.1, 0, any, "signs # a word, at most"),
        Parameter.number("max-ellipses", 0.1, 0, any, "ellipses a word, at most"),
        Parameter.share("max-bullet-lines", 0.9, "share of lines that begin with a bullet"),
        Parameter.share("max-ellipsis-lines", 0.3, "share of lines that end with an ellipsis"),
        Parameter.share("min-alphabetic", 0.8, "share of words with a letter"),
        Parameter.number("min-stop-words", 2, 0, any, "different stop words, at least"),
        Parameter.texts("stop-words", STOP_WORDS, "the stop words, in lower case"),
        Parameter.texts("bullets", List.of("•", "-"), "what a bullet is"),
        Parameter.texts("ellipses", List.of("...", "…"), "what an ellipsis is"));
  }

  @Override
  public Filter create(Settings settings) {
    return new Measured(settings);
  }

  private static final class Measured implements Filter {
    private final List<Rule> rules;
    private final Marks hashes = new Marks(List.of("#"));
    private final Marks ellipses;
    private final Marks bullets;
    private final Set<String> stopWords;
    private final int longest; // of them in bytes

    Measured(Settings settings) {
      String name = "gopher-quality.";
      rules =
          List.of(
              new Rule(
                  name + "words",
                  "words",
                  settings.number("min-words"),
                  settings.number("max-words"),
                  Scale.COUNT),
              new Rule(
                  name + "word-length",
                  "mean characters of a word",
                  settings.number("min-word-length"),
                  settings.number("max-word-length"),
                  Scale.LENGTH),
              Rule.atMost(
                  name + "hashes", "signs # a word", settings.number("max-hashes"), Scale.SHARE),
              Rule.atMost(
                  name + "ellipses",
                  "ellipses a word",
                  settings.number("max-ellipses"),
                  Scale.SHARE),
              Rule.atMost(
                  name + "bullet-lines",
                  "share of lines that begin with a bullet",
                  settings.number("max-bullet-lines"),
                  Scale.SHARE),
              Rule.atMost(
                  name + "ellipsis-lines",
                  "share of lines that end with an ellipsis",
                  settings.number("max-ellipsis-lines"),
                  Scale.SHARE),
              Rule.atLeast(
                  name + "alphabetic",
                  "share of words with a letter",
                  settings.number("min-alphabetic"),
                  Scale.SHARE),
              Rule.atLeast(
                  name + "stop-words",
                  "different stop words",
                  settings.number("min-stop-words"),
                  Scale.COUNT));
      ellipses = new Marks(settings.texts("ellipses"));
      bullets = new Marks(settings.texts("bullets"));
      stopWords = Set.copyOf(settings.texts("stop-words"));
      longest =
          stopWords.stream()
              .mapToInt(word -> word.getBytes(StandardCharsets.UTF_8).length)
              .max()
              .orElse(0);
    }

    @Override
    public List<Rule> rules() {
      return rules;
    }

    @Override
    public void measure(Document document, Document edited, double[] values) {
      byte[] utf8 = edited.utf8();
      double words = edited.words();
      values[0] = edited.cores();
      values[1] = edited.coreCharacters() / (double) edited.cores();
      values[2] = hashes.count(utf8, edited.from(), edited.to()) / words;
      values[3] = ellipses.count(utf8, edited.from(), edited.to()) / words;
      int lines = 0;
      int bulleted = 0;
      int unfinished = 0;
      for (int i = 0; i < edited.lines(); i++) {
        int from = edited.lineFrom(i);
        int to = edited.lineTo(i, from);
        if (to > from) {
          lines++;
          bulleted += bullets.begin(utf8, from, to) ? 1 : 0;
          unfinished += ellipses.end(utf8, from, to) ? 1 : 0;
        }
      }
      values[4] = bulleted / (double) lines;
      values[5] = unfinished / (double) lines;
      values[6] = edited.alphabetic() / words;
      values[7] = stopWords(edited);
    }

    private int stopWords(Document document) {
      byte[] utf8 = document.utf8();
      Set<String> found = new HashSet<>();
      for (int i = 0; i < document.words() && found.size() < stopWords.size(); i++) {
        int from = document.wordFrom(i);
        int to = document.wordTo(i);
        while (from < to && !Document.isCore(Utf8.codePoint(utf8, from))) {
          from += Utf8.length(utf8[from]);
        }
        while (to > from) {
          int last = Document.before(utf8, to, from);
          if (Document.isCore(Utf8.codePoint(utf8, last))) {
            break;
          }
          to = last;
        }
        if (to > from && to - from <= longest) {
          String word =
              new String(utf8, from, to - from, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
          if (stopWords.contains(word)) {
            found.add(word);
          }
        }
      }
      return found.size();
    }
  }
}
