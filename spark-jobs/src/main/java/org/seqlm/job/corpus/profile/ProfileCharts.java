package org.seqlm.job.corpus.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.ChartData.Axis;
import org.seqlm.analysis.ChartData.Kind;
import org.seqlm.analysis.ChartData.Mark;
import org.seqlm.analysis.ChartData.Scale;
import org.seqlm.analysis.ChartData.Series;
import org.seqlm.analysis.Wording;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.CorpusProfile.Group;
import org.seqlm.profile.Coverage;
import org.seqlm.profile.GroupNames;
import org.seqlm.profile.Growth;
import org.seqlm.profile.HeapsFit;
import org.seqlm.profile.MandelbrotFit;
import org.seqlm.profile.WordTrend;
import org.seqlm.profile.text.Histogram;
import org.seqlm.profile.text.Measures;
import org.seqlm.terms.KeynessEvidence.Spread;

/** The charts of a profile; those without a point are left out. */
final class ProfileCharts {
  /** Points of a line over groups. */
  private static final int MOST_POINTS = 300;

  private static final int MOST_BARS = 20;
  private static final int MOST_TRENDS = 6;
  private static final int SIGNIFICANT = -1;

  private final CorpusProfile profile;
  private final ProfileLaws laws;
  private final ProfileConfig config;
  private final List<Spread> spread; // of the most frequent words; null where it is not told
  private final List<ChartData> charts = new ArrayList<>();

  private ProfileCharts(
      CorpusProfile profile, ProfileLaws laws, ProfileConfig config, List<Spread> spread) {
    this.spread = spread;
    this.profile = profile;
    this.laws = laws;
    this.config = config;
  }

  static List<ChartData> of(
      CorpusProfile profile, ProfileLaws laws, ProfileConfig config, List<Spread> spread) {
    ProfileCharts all = new ProfileCharts(profile, laws, config, spread);
    if (profile.tokens() > 0) {
      all.ranks();
      all.growth();
      all.coverage();
      all.dispersion();
      all.lengths();
    }
    all.scripts();
    all.groups();
    all.trends();
    return all.charts;
  }

  private void add(Kind kind, String title, Axis x, Axis y, List<Series> series, String remark) {
    List<Series> drawn = series.stream().filter(one -> !one.points().isEmpty()).toList();
    if (!drawn.isEmpty()) {
      charts.add(
          new ChartData(kind, title, x, y, drawn, remark == null ? List.of() : List.of(remark)));
    }
  }

  private static Axis log(String title) {
    return new Axis(title, Scale.LOGARITHMIC, SIGNIFICANT);
  }

  private void ranks() {
    long[] ends = Growth.points(profile.words().halves().ranked());
    double[] tokens = new double[ends.length];
    profile
        .words()
        .halves()
        .forEach(
            (from, to, first, second) -> {
              for (int i = 0; i < ends.length; i++) {
                long low = i == 0 ? 1 : ends[i - 1] + 1;
                double part = Math.min(to, ends[i] + 1) - Math.max(from, low);
                tokens[i] += part > 0 ? second * part / (to - from) : 0;
              }
            });
    List<List<Double>> seen = new ArrayList<>();
    List<List<Double>> law = new ArrayList<>();
    MandelbrotFit fit = laws.zipf();
    MandelbrotFit.Law shares = fit == null ? null : fit.law();
    for (int i = 0; i < ends.length; i++) {
      double low = i == 0 ? 1 : ends[i - 1] + 1;
      double middle = Math.sqrt(low * ends[i]);
      double mean = 2 * tokens[i] / (ends[i] - low + 1);
      if (mean > 0) {
        seen.add(List.of(middle, mean));
      }
      if (fit != null) {
        law.add(List.of(middle, 2 * fit.tokens() * shares.share(middle)));
      }
    }
    add(
        Kind.LINES,
        "How often the words of each rank stand in the text",
        log("rank"),
        log("count"),
        List.of(
            new Series("words", Mark.POINTS, seen),
            new Series("Zipf and Mandelbrot's law", Mark.DASHES, law)),
        "Ranks are those of a random half of the text, counts twice those of the other half, means"
            + " over ten steps a decade.");
  }

  private void dispersion() {
    List<List<Double>> points = new ArrayList<>();
    for (int i = 0; spread != null && i < spread.size(); i++) {
      double dp = spread.get(i).normalisedDp();
      if (!Double.isNaN(dp)) {
        points.add(List.of((double) profile.words().top().get(i).count(), dp));
      }
    }
    points.sort(Comparator.comparingDouble(point -> point.get(0)));
    add(
        Kind.LINES,
        "How often and how evenly the most frequent words stand",
        log("count"),
        new Axis("DP norm", Scale.LINEAR, 2),
        List.of(new Series("words", Mark.POINTS, points)),
        "0 for a word that is spread as the text is, 1 for one of a single document. Rarer words"
            + " cannot stand in as many documents; of words equally frequent, those above are of"
            + " few subjects.");
  }

  private void growth() {
    long[] types = profile.words().growth();
    List<List<Double>> seen = new ArrayList<>();
    List<List<Double>> random = new ArrayList<>();
    List<List<Double>> law = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      double n = profile.points()[i];
      seen.add(List.of(n, (double) types[i]));
      random.add(List.of(n, Growth.expected(profile.words().frequencies(), profile.points()[i])));
      if (laws.heaps() != null && n >= HeapsFit.LEAST_TOKENS) {
        law.add(List.of(n, laws.heaps().types(n)));
      }
    }
    add(
        Kind.LINES,
        "Growth of the vocabulary",
        log("words"),
        log("different words"),
        List.of(
            new Series("in the order of the text", Mark.LINE_AND_POINTS, seen),
            new Series("words in random order", Mark.LINE, random),
            new Series("Heaps' law", Mark.DASHES, law)),
        "Where the text is of several kinds, one after the other, it grows later than words in"
            + " random order do.");
  }

  private void coverage() {
    List<List<Double>> text = new ArrayList<>();
    List<List<Double>> unseen = new ArrayList<>();
    List<List<Double>> heldOut = new ArrayList<>();
    for (Coverage.Point point : laws.coverage()) {
      text.add(List.of((double) point.words(), 100 * point.share()));
      unseen.add(List.of((double) point.words(), 100 * point.unseen()));
      if (point.heldOut() != null) {
        heldOut.add(List.of((double) point.words(), 100 * point.heldOut()));
      }
    }
    add(
        Kind.LINES,
        "Coverage by the most frequent words",
        log("most frequent words"),
        new Axis("% of all words", Scale.LINEAR, 1),
        List.of(
            new Series("of the text itself", Mark.LINE, text),
            new Series("of one half by the other's words", Mark.DASHES, unseen),
            new Series("of the held-out text", Mark.LINE_AND_POINTS, heldOut)),
        null);
  }

  private void lengths() {
    Histogram lengths = profile.tallies().histogram(Measures.DOCUMENT_WORDS);
    if (lengths.count() < 2) {
      return;
    }
    List<List<Double>> points = new ArrayList<>();
    for (int percent = 1; percent <= 100; percent++) {
      double at = lengths.quantile(percent / 100.0);
      if (at >= 1) {
        if (!points.isEmpty() && points.get(points.size() - 1).get(0) == at) {
          points.remove(points.size() - 1);
        }
        points.add(List.of(at, (double) percent));
      }
    }
    add(
        Kind.LINES,
        "Lengths of documents",
        log("words of a document, at most"),
        new Axis("% of the documents", Scale.LINEAR, 0),
        List.of(new Series("documents", Mark.LINE, points)),
        null);
  }

  private void scripts() {
    Map<String, Long> counts = profile.tallies().counts(Measures.SCRIPTS);
    double all = counts.values().stream().mapToLong(Long::longValue).sum();
    List<Series> bars =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(8)
            .map(one -> Series.bar(one.getKey(), 100 * one.getValue() / all))
            .toList();
    add(
        Kind.BARS,
        "Characters by script",
        new Axis("script", Scale.LINEAR, 0),
        new Axis("% of all characters", Scale.LINEAR, SIGNIFICANT),
        bars,
        "Common are spaces, digits and marks that many scripts share, Inherited marks that take the"
            + " script of what they stand on.");
  }

  private void groups() {
    if (profile.groups().size() < 2) {
      return;
    }
    if (profile.axis() == GroupNames.Axis.NONE) {
      List<Series> bars =
          ToldGroups.of(profile, config.minDocuments()).groups().stream()
              .map(ToldGroups.Told::group)
              .sorted(
                  Comparator.comparingLong((Group group) -> -group.tokens())
                      .thenComparing(Group::name))
              .limit(MOST_BARS)
              .map(group -> Series.bar(group.name(), group.tokens()))
              .toList();
      add(
          Kind.BARS,
          "Words by group",
          new Axis("group", Scale.LINEAR, 0),
          new Axis("words", Scale.LINEAR, 0),
          bars,
          null);
      return;
    }
    long[] fresh = profile.words().groupNew();
    List<List<Double>> tokens = new ArrayList<>();
    List<List<Double>> novelty = new ArrayList<>();
    for (int g : placed()) {
      Group group = profile.groups().get(g);
      tokens.add(List.of(profile.places()[g], (double) group.tokens()));
      novelty.add(List.of(profile.places()[g], 1e3 * fresh[g] / group.tokens()));
    }
    add(
        Kind.LINES,
        "Words by group",
        axis(),
        new Axis("words", Scale.LINEAR_FROM_ZERO, 0),
        List.of(new Series("words", Mark.LINE_AND_POINTS, tokens)),
        null);
    add(
        Kind.LINES,
        "New words by group",
        axis(),
        new Axis("new words per thousand", Scale.LINEAR_FROM_ZERO, SIGNIFICANT),
        List.of(new Series("new words", Mark.LINE_AND_POINTS, novelty)),
        "A word is new in the group where it stands before it stands in any other.");
  }

  private Axis axis() {
    return profile.axis() == GroupNames.Axis.DATES
        ? new Axis("date", Scale.DATE, 0)
        : new Axis("group", Scale.LINEAR, SIGNIFICANT);
  }

  /** Groups that have a place and words, in the order of their places, some hundreds at most. */
  private List<Integer> placed() {
    List<Integer> placed = new ArrayList<>();
    for (int g = 0; g < profile.groups().size(); g++) {
      if (!Double.isNaN(profile.places()[g]) && profile.groups().get(g).tokens() > 0) {
        placed.add(g);
      }
    }
    int step = (placed.size() + MOST_POINTS - 1) / MOST_POINTS;
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < placed.size(); i += step) {
      kept.add(placed.get(i));
    }
    return kept;
  }

  private void trends() {
    List<Series> series = new ArrayList<>();
    for (WordTrend word : laws.clearTrends().stream().limit(MOST_TRENDS).toList()) {
      List<List<Double>> points = new ArrayList<>();
      for (int g : placed()) {
        if (config.tells(word.counts()[g])) {
          points.add(
              List.of(
                  profile.places()[g], 1e6 * word.counts()[g] / profile.groups().get(g).tokens()));
        }
      }
      series.add(new Series(word.word(), Mark.LINE_AND_POINTS, points, Wording.GIVEN));
    }
    add(
        Kind.LINES,
        "Words with the clearest trends",
        axis(),
        new Axis("per million words", Scale.LINEAR, SIGNIFICANT),
        series,
        "Only words whose trend has p < 0.05, corrected for all that were tested.");
  }
}
