package org.seqlm.report;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.metrics.Night;
import org.seqlm.report.ReportModel.NightPart;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;

/**
 * A night of retraining: what was decided and by what, what came in and how far it is from before,
 * how gains went, what the models write.
 */
record NightSection(Charts charts) {

  Map<String, Object> view(NightPart part) {
    Night night = part.night();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", part.name());
    view.put("night", night.night());
    view.put("decision", decision(night));
    view.put("promoted", night.decision().equals("promoted"));
    view.put("reasons", night.reasons());
    List<Map<String, Object>> taken = new ArrayList<>();
    for (Night.Taken one : night.taken()) {
      taken.add(
          Map.of(
              "partition",
              one.name(),
              "files",
              Figures.whole(one.files()),
              "bytes",
              Figures.whole(one.bytes())));
    }
    view.put("taken", taken);
    view.put("findings", night.findings());
    view.put("hasFindings", !night.findings().isEmpty());
    Night.Text text = night.text();
    view.put("documents", Figures.whole(text.documents()));
    view.put("tokens", Figures.whole(text.tokens()));
    view.put("vocabulary", Figures.whole(text.vocabulary()));
    view.put("appended", night.champion() == 0 ? null : Figures.whole(text.appended()));
    view.put("unknown", text.unknownRate() == null ? null : Figures.percent(text.unknownRate(), 3));
    view.put("contest", night.contest() == null ? null : contest(night.contest()));
    view.put("chart", gains(night));
    view.put("drift", drift(night.drift()));
    view.put("ngrams", ngrams(night.ngrams(), night.contest() != null));
    view.put("samples", samples(night.samples()));
    List<Map<String, Object>> phases = new ArrayList<>();
    night
        .seconds()
        .forEach(
            (phase, seconds) ->
                phases.add(Map.of("phase", phase, "seconds", Figures.decimal(seconds, 1))));
    view.put("phases", phases);
    return view;
  }

  /** In a sentence. */
  static String decision(Night night) {
    String challenger =
        night.challenger() == 0 ? "the night's model" : "version " + night.challenger();
    if (night.champion() == 0) {
      return night.decision().equals("promoted")
          ? (Boolean.TRUE.equals(night.began()) ? "A registry begins with this night. " : "")
              + "The first champion: "
              + challenger
              + "."
          : "There is no champion yet.";
    }
    return night.decision().equals("promoted")
        ? "Promoted: " + challenger + " takes the place of version " + night.champion() + "."
        : "Kept: version " + night.champion() + " stays the champion.";
  }

  private static Map<String, Object> contest(Night.Contest contest) {
    Map<String, Object> view = new LinkedHashMap<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    String margin = Figures.decimal(contest.margin(), 4);
    rows.add(
        row(
            "all fresh documents",
            contest.documents(),
            contest.gain(),
            contest.lower(),
            contest.upper(),
            contest.evidence() == null
                ? "not tested"
                : contest.evidence() >= contest.needed()
                    ? "more than " + margin + " is shown"
                    : "more than " + margin + " is not shown"));
    for (Night.Slice slice : contest.slices()) {
      rows.add(
          row(
              slice.name() + ": " + slice.value(),
              slice.documents(),
              slice.gain(),
              slice.lower(),
              slice.upper(),
              slice.p() == null
                  ? slice.finding()
                  : slice.finding() + String.format(Locale.ROOT, ", p %.2g", slice.p())));
    }
    if (contest.frozenDocuments() > 0) {
      rows.add(
          row("the frozen set", contest.frozenDocuments(), contest.frozenGain(), null, null, ""));
    }
    view.put("rows", rows);
    view.put("estimand", contest.estimand());
    view.put("frozen", contest.frozenDocuments() > 0);
    view.put("level", Figures.percent(contest.level(), 0));
    view.put(
        "evidence", contest.evidence() == null ? null : Figures.decimal(contest.evidence(), 2));
    view.put("needed", contest.needed() == null ? null : Figures.decimal(contest.needed(), 2));
    return view;
  }

  private static Map<String, Object> row(
      String what, int documents, Double gain, Double lower, Double upper, String finding) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("what", what);
    row.put("documents", Figures.whole(documents));
    row.put("gain", signed(gain));
    row.put(
        "interval", lower == null || upper == null ? "–" : signed(lower) + " to " + signed(upper));
    row.put("finding", finding);
    return row;
  }

  private static String signed(Double value) {
    return value == null ? "–" : (value >= 0 ? "+" : "−") + Figures.decimal(Math.abs(value), 4);
  }

  /** Gains of the nights with a contest; there is nothing to draw of one. */
  private Map<String, Object> gains(Night night) {
    List<Night.Past> past = night.past();
    if (past.size() < 2) {
      return null;
    }
    List<Double> days = past.stream().map(one -> day(one.night())).toList();
    boolean dated = !days.contains(null);
    List<double[]> promoted = new ArrayList<>();
    List<double[]> kept = new ArrayList<>();
    for (int i = 0; i < past.size(); i++) {
      double at = dated ? days.get(i) : i + 1 - past.size();
      (past.get(i).promoted() ? promoted : kept).add(new double[] {at, past.get(i).gain()});
    }
    // A night may be done late.
    promoted.sort((a, b) -> Double.compare(a[0], b[0]));
    kept.sort((a, b) -> Double.compare(a[0], b[0]));
    List<Series> series = new ArrayList<>();
    if (!promoted.isEmpty()) {
      series.add(new Series("promoted", 0, Mark.POINTS, promoted));
    }
    if (!kept.isEmpty()) {
      series.add(new Series("kept out", 1, Mark.POINTS, kept));
    }
    return charts.add(
        Kind.LINES,
        "What each challenger gained on its night's fresh documents; higher is better",
        dated
            ? Axis.of("night", Scale.DATE, 0)
            : Axis.of("contests before this night", Scale.LINEAR, 0),
        Axis.of("bits a character", Scale.LINEAR, 4),
        series,
        night.contest() == null
            ? List.of()
            : List.of(new Rule("margin", night.contest().margin())));
  }

  /** Days since 1970; null where a night's name is no date. */
  private static Double day(String night) {
    try {
      return night == null ? null : (double) LocalDate.parse(night).toEpochDay();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** New text beside the champion's; null where it was not looked at. */
  private static Map<String, Object> drift(Night.Drift drift) {
    if (drift == null) {
      return null;
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    rows.add(row("unknown tokens", percent(drift.unknownRate()), percent(drift.oldUnknownRate())));
    for (Night.NewNgrams one : drift.ngrams()) {
      rows.add(
          row(
              "tokens that end a new " + one.order() + "-gram",
              percent(one.share()),
              percent(one.oldShare())));
    }
    if (drift.bits() != null) {
      rows.add(row("the champion's bits a character", bits(drift.bits()), bits(drift.oldBits())));
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("rows", rows);
    view.put(
        "divergence", drift.divergence() == null ? null : Figures.decimal(drift.divergence(), 5));
    view.put("chance", drift.chance() == null ? null : Figures.decimal(drift.chance(), 5));
    view.put("p", drift.p() == null ? null : String.format(Locale.ROOT, "%.3g", drift.p()));
    view.put("words", drift.words().isEmpty() ? null : String.join(" · ", drift.words()));
    view.put("newWords", drift.newWords().isEmpty() ? null : String.join(" · ", drift.newWords()));
    return view;
  }

  /** The models on the fresh documents, and what was counted; null where nothing was. */
  private static Map<String, Object> ngrams(Night.Ngrams ngrams, boolean compared) {
    if (ngrams == null) {
      return null;
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put(
        "models",
        ngrams.models().stream()
            .map(one -> Map.<String, Object>of("model", one.model(), "bits", bits(one.bits())))
            .toList());
    view.put("compared", compared);
    view.put("tokens", Figures.whole(ngrams.tokens()));
    view.put("tonight", Figures.whole(ngrams.tokens() - ngrams.before()));
    view.put("words", Figures.whole(ngrams.words()));
    return view;
  }

  /** What both models write; null where they were not asked. */
  private static Map<String, Object> samples(Night.Samples samples) {
    if (samples == null) {
      return null;
    }
    List<Map<String, Object>> pairs = new ArrayList<>();
    for (Night.Pair pair : samples.pairs()) {
      List<Map<String, Object>> texts = new ArrayList<>();
      if (pair.champion() != null) {
        texts.add(text("champion", pair.champion()));
      }
      texts.add(text("challenger", pair.challenger()));
      Map<String, Object> both = new LinkedHashMap<>();
      both.put("prompt", pair.prompt().isBlank() ? null : pair.prompt());
      both.put("texts", texts);
      pairs.add(both);
    }
    boolean unchecked = samples.pairs().isEmpty() && samples.missing() > 0;
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("pairs", pairs);
    view.put(
        "about",
        unchecked
            ? "None is shown: "
                + datasets(samples.missing())
                + " of the champion's line "
                + (samples.missing() == 1 ? "was" : "were")
                + " pruned (keep.nights), so nobody can tell whether a sample repeats what "
                + (samples.missing() == 1 ? "it" : "they")
                + " held. A higher keep.nights keeps datasets longer; unchecked-samples=publish"
                + " shows samples that were held against the others."
            : Figures.whole(samples.drawn())
                + " texts, held against the train split of "
                + datasets(samples.datasets())
                + (samples.missing() == 0
                    ? ""
                    : " ("
                        + datasets(samples.missing())
                        + " more of the line were pruned, keep.nights)")
                + (samples.withheld() == 0
                    ? "; none is withheld."
                    : "; "
                        + Figures.whole(samples.withheld())
                        + " withheld, as a span of theirs is rare there."));
    return view;
  }

  private static String datasets(int number) {
    return Figures.whole(number) + (number == 1 ? " dataset" : " datasets");
  }

  private static Map<String, Object> text(String model, String text) {
    return Map.of("model", model, "lines", text.lines().toList());
  }

  private static Map<String, Object> row(String what, String fresh, String old) {
    return Map.of("what", what, "fresh", fresh, "old", old);
  }

  private static String percent(Double share) {
    return share == null ? "–" : Figures.percent(share, 3);
  }

  private static String bits(Double bits) {
    return bits == null ? "–" : Figures.decimal(bits, 4);
  }
}
