package org.seqlm.quality;

import java.util.List;
import org.seqlm.text.Utf8;

/**
 * The three rules that FineWeb adds to others': Penedo et al., <em>The FineWeb Datasets: Decanting
 * the Web for the Finest Text Data at Scale</em>, 2024, section 3.6. Lines are those that are not
 * blank; they end like sentences if a mark that ends one, perhaps within quotes or brackets, is
 * their last.
 */
public final class FineWeb implements FilterKind {
  @Override
  public String name() {
    return "fineweb";
  }

  @Override
  public String source() {
    return "Penedo et al. 2024, 3.6";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.share("min-line-ends", 0.12, "share of lines that end like a sentence"),
        Parameter.share(
            "max-duplicate-line-characters",
            0.1,
            "share of characters, line feeds left out, in duplicate lines"),
        Parameter.share("max-short-lines", 0.67, "share of lines that are short"),
        Parameter.number(
            "short-line", 30, 0, Double.POSITIVE_INFINITY, "characters of a short line, at most"));
  }

  @Override
  public Filter create(Settings settings) {
    List<Rule> rules =
        List.of(
            Rule.atLeast(
                "fineweb.line-ends",
                "share of lines that end like a sentence",
                settings.number("min-line-ends"),
                Scale.SHARE),
            Rule.atMost(
                "fineweb.duplicate-line-characters",
                "share of characters, line feeds left out, in duplicate lines",
                settings.number("max-duplicate-line-characters"),
                Scale.SHARE),
            Rule.atMost(
                "fineweb.short-lines",
                "share of lines that are short",
                settings.number("max-short-lines"),
                Scale.SHARE));
    double shortest = settings.number("short-line");
    Repetition repetition = new Repetition();
    Marks feeds = new Marks(List.of("\n"));
    return new Filter() {
      @Override
      public List<Rule> rules() {
        return rules;
      }

      @Override
      public void measure(Document document, Document edited, double[] values) {
        byte[] utf8 = edited.utf8();
        double lines = 0;
        int ended = 0;
        int small = 0;
        for (int i = 0; i < edited.lines(); i++) {
          int from = edited.lineFrom(i);
          int to = edited.lineTo(i, from);
          if (to > from) {
            lines++;
            ended += Marks.endsSentence(utf8, from, to) ? 1 : 0;
            small += Utf8.codePoints(utf8, from, to) <= shortest ? 1 : 0;
          }
        }
        values[0] = ended / lines;
        values[1] =
            repetition.lines(edited).characters()
                / (double) (edited.characters() - feeds.count(utf8, edited.from(), edited.to()));
        values[2] = small / lines;
      }
    };
  }
}
