package org.seqlm.job.corpus.terms;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.ChartData.Axis;
import org.seqlm.analysis.ChartData.Kind;
import org.seqlm.analysis.ChartData.Scale;
import org.seqlm.analysis.ChartData.Series;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;
import org.seqlm.artifact.Json;
import org.seqlm.report.page.Figures;
import org.seqlm.spark.terms.KeynessCounting;
import org.seqlm.terms.DocumentBootstrap;
import org.seqlm.terms.KeyTerm;
import org.seqlm.terms.Keyness;
import org.seqlm.terms.KeynessEvidence;

/** The tables and the section of what keyness found. */
final class KeynessText {
  private static final int BARS = 15; // of each side

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("word", "word"),
          Column.whole("target", "in the target"),
          Column.whole("reference", "in the reference"),
          Column.real("target_per_million", "a million, target"),
          Column.real("reference_per_million", "a million, reference"),
          Column.real("g2", "G²"),
          Column.real("g2_two_cells", "G² of two cells"),
          Column.real("log_ratio", "log ratio"),
          Column.real("log_ratio_low", "from"),
          Column.real("log_ratio_high", "to"),
          Column.real("odds_ratio", "odds ratio"),
          Column.real("p", "p"),
          Column.real("p_holm", "p (Holm)"),
          Column.real("q", "q"),
          Column.whole("target_documents", "documents, target"),
          Column.whole("reference_documents", "documents, reference"),
          Column.real("target_dp_norm", "DP norm, target"),
          Column.real("reference_dp_norm", "DP norm, reference"),
          Column.real("target_juilland_d", "D, target"),
          Column.real("reference_juilland_d", "D, reference"));

  private final KeynessConfig config;
  private final KeynessCounting.Result found;

  KeynessText(KeynessConfig config, KeynessCounting.Result found) {
    this.config = config;
    this.found = found;
  }

  /** The key words of a side, 0 for the target. */
  List<KeyTerm> words(int side) {
    return found.terms().stream()
        .filter(term -> term.q() <= config.maxQ() && config.measure().takes(term, side))
        .sorted(config.measure().strongest(side))
        .limit(config.top())
        .toList();
  }

  /** Writes the words of the target, of the reference, and all candidates. */
  void write(AnalysisWriter analysis) throws IOException {
    table(analysis, "target-words", "More frequent in the target", words(0));
    table(analysis, "reference-words", "More frequent in the reference", words(1));
    table(analysis, "candidates", "All candidates, by G²", found.terms());
  }

  private static void table(AnalysisWriter analysis, String name, String title, List<KeyTerm> terms)
      throws IOException {
    analysis.table(
        new TableSchema(name, title, COLUMNS), terms.stream().map(KeynessText::row).toList());
  }

  private static Object[] row(KeyTerm term) {
    Keyness counts = term.counts();
    KeynessEvidence.Found evidence = term.evidence();
    boolean known = evidence != null && evidence.logRatio() != null;
    return new Object[] {
      term.word(),
      counts.target(),
      counts.reference(),
      counts.targetPerMillion(),
      counts.referencePerMillion(),
      counts.logLikelihoodOfTable(),
      counts.logLikelihood(),
      counts.logRatio(),
      known ? evidence.logRatio().low() : null,
      known ? evidence.logRatio().high() : null,
      counts.oddsRatio(),
      counts.p(),
      term.holm(),
      term.q(),
      term.documents() == null ? null : term.documents()[0],
      term.documents() == null ? null : term.documents()[1],
      evidence == null ? null : known(evidence.spread()[0].normalisedDp()),
      evidence == null ? null : known(evidence.spread()[1].normalisedDp()),
      evidence == null ? null : known(evidence.spread()[0].juillandD()),
      evidence == null ? null : known(evidence.spread()[1].juillandD())
    };
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }

  AnalysisDetails details() {
    List<AnalysisDetails.Fact> facts = new ArrayList<>();
    facts.add(AnalysisDetails.Fact.given("target", name(0)));
    facts.add(AnalysisDetails.Fact.given("reference", name(1)));
    facts.add(new AnalysisDetails.Fact("tokens of the target", side(found.target())));
    facts.add(new AnalysisDetails.Fact("tokens of the reference", side(found.reference())));
    facts.add(new AnalysisDetails.Fact("different words", Figures.whole(found.types())));
    facts.add(new AnalysisDetails.Fact("tested", Figures.whole(found.tested())));
    return new AnalysisDetails(
        "keyness", "Key words", facts, charts(), List.of(), footnotes(), notes());
  }

  private String name(int side) {
    if (config.counts() != null) {
      return side == 0 ? config.counts() : config.referenceCounts();
    }
    String input = String.join(" ", config.input().paths());
    if (side == 0) {
      return config.by() == null ? input : input + " with " + config.by();
    }
    return config.reference().isEmpty()
        ? input + " without " + config.by()
        : String.join(" ", config.reference());
  }

  private String side(KeynessCounting.Side side) {
    return Figures.whole(side.tokens())
        + (config.counts() != null ? "" : " in " + Figures.whole(side.documents()) + " documents");
  }

  private List<ChartData> charts() {
    List<Series> bars = new ArrayList<>();
    for (KeyTerm term : first(words(0))) {
      bars.add(bar(term));
    }
    List<KeyTerm> others = new ArrayList<>(first(words(1)));
    java.util.Collections.reverse(others);
    for (KeyTerm term : others) {
      bars.add(bar(term));
    }
    if (bars.isEmpty()) {
      return List.of();
    }
    return List.of(
        new ChartData(
            Kind.BARS,
            "Log ratio of the first words by " + Json.name(config.measure()),
            new Axis("word", Scale.LINEAR, 0),
            new Axis("log ratio", Scale.LINEAR, 2),
            bars,
            List.of(
                "To the right the words of the target, to the left those of the reference. 1 is"
                    + " twice as frequent, 2 four times.")));
  }

  private static List<KeyTerm> first(List<KeyTerm> words) {
    return words.subList(0, Math.min(BARS, words.size()));
  }

  private static Series bar(KeyTerm term) {
    KeynessEvidence.Found evidence = term.evidence();
    double ratio = term.counts().logRatio();
    return evidence == null || evidence.logRatio() == null
        ? Series.bar(term.word(), ratio)
        : Series.bar(term.word(), ratio, evidence.logRatio().low(), evidence.logRatio().high());
  }

  private List<String> footnotes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "G²: 2 Σ O ln (O / E) over word and other words in target and reference (Dunning,"
            + " Computational Linguistics 19(1), 1993); of two cells: over the word alone (Rayson"
            + " and Garside, ACL 2000). p: of G² by χ² with one degree of freedom.");
    notes.add(
        "p (Holm): max over j ≤ i of (m − j + 1) p(j), of m tested words (Holm, Scandinavian"
            + " Journal of Statistics 6, 1979). q: min over j ≥ i of m p(j) / j (Benjamini and"
            + " Hochberg, JRSS B 57, 1995).");
    notes.add(
        "Log ratio: log2 of the relative frequency in the target by that in the reference, with ½"
            + " for a count of 0 (Hardie, CASS, 2014). Odds ratio: with ½ added to each cell"
            + " (Haldane, Annals of Human Genetics 20, 1956).");
    if (config.counts() == null) {
      notes.add(
          String.format(
              Locale.ROOT,
              "From, to: the middle %s of the log ratio in %,d draws of documents with replacement,"
                  + " each with a Poisson weight of mean 1 (Hanley and MacGibbon, Computer Methods"
                  + " and Programs in Biomedicine 83, 2006); none with fewer than %d documents on a"
                  + " side.",
              Figures.percent(config.bootstrap().confidence(), 0),
              config.bootstrap().replicates(),
              DocumentBootstrap.LEAST_DOCUMENTS));
      notes.add(
          "DP norm: ½ Σ |v − s| / (1 − min s), of each document's share v of the word and s of all"
              + " tokens: 0 for even, 1 for a word of one document (Gries, IJCL 13(4), 2008;"
              + " Lijffijt and Gries, IJCL 17(1), 2012). D: 1 − V / √(n − 1) over "
              + config.parts()
              + " parts of one size (Juilland, Brodin and Davidovitch 1970).");
    }
    return notes;
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "Words that stand in both together fewer than "
            + Figures.whole(config.minCount())
            + " times"
            + (config.counts() != null
                ? " are left out; counts do not tell documents apart."
                : ", or in fewer than "
                    + Figures.whole(config.minDocuments())
                    + " documents, are left out."));
    notes.add(
        "p and q take tokens to be independent, and are too small: words come in bursts. The"
            + " interval takes documents to be, and tells how far a difference may be trusted.");
    if (found.tested() > found.terms().size()) {
      notes.add(
          "Intervals and spread are of the "
              + Figures.whole(found.terms().size())
              + " words of the highest G².");
    }
    if (config.counts() == null
        && Math.max(found.target().documents(), found.reference().documents())
            > config.bootstrap().blocks()) {
      notes.add(
          "Documents are drawn, and DP is taken, in "
              + Figures.whole(config.bootstrap().blocks())
              + " random groups of a corpus that has more.");
    }
    return notes;
  }
}
