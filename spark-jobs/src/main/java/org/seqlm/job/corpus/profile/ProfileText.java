package org.seqlm.job.corpus.profile;

import static org.seqlm.report.page.Figures.decimal;
import static org.seqlm.report.page.Figures.percent;
import static org.seqlm.report.page.Figures.significant;
import static org.seqlm.report.page.Figures.whole;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.seqlm.analysis.AnalysisDetails.Fact;
import org.seqlm.ngram.stats.Frequencies;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.Coverage;
import org.seqlm.profile.GroupNames;
import org.seqlm.profile.HeapsFit;
import org.seqlm.profile.MandelbrotFit;
import org.seqlm.profile.RateTrend;
import org.seqlm.profile.Richness;
import org.seqlm.profile.text.DocumentMeasures;
import org.seqlm.profile.text.Histogram;
import org.seqlm.profile.text.Measures;
import org.seqlm.profile.text.Readability;
import org.seqlm.profile.text.ReadingUnits.Spelling;
import org.seqlm.text.TokenizerKind;

/** What a profile says in words: facts, what a reader must know, and what the measures are. */
final class ProfileText {
  private final CorpusProfile profile;
  private final ProfileLaws laws;
  private final ProfileConfig config;

  ProfileText(CorpusProfile profile, ProfileLaws laws, ProfileConfig config) {
    this.profile = profile;
    this.laws = laws;
    this.config = config;
  }

  List<Fact> facts() {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("documents", whole(profile.documents())));
    facts.add(new Fact("words", whole(profile.tokens())));
    Richness richness = laws.richness();
    if (profile.tokens() > 0) {
      long types = profile.words().frequencies().types();
      facts.add(
          new Fact(
              "different words",
              whole(types)
                  + (richness == null ? "" : ", " + percent(richness.once(), 1) + " stand once")));
      facts.add(
          new Fact(
              "coverage",
              laws.needed().entrySet().stream()
                  .map(one -> one.getKey() + " by " + whole(one.getValue()))
                  .collect(Collectors.joining(", "))));
      heldOut(facts);
    }
    MandelbrotFit zipf = laws.zipf();
    if (zipf != null) {
      facts.add(
          new Fact(
              "law of ranks",
              "share ∝ (rank + b)^−a, a = "
                  + within(zipf.a(), zipf.aError())
                  + ", b = "
                  + (zipf.bError() == null
                      ? significant(zipf.b()) + " (at its bound)"
                      : within(zipf.b(), zipf.bError()))
                  + ", largest difference "
                  + percent(zipf.distance(), 1)));
    }
    HeapsFit heaps = laws.heaps();
    if (heaps != null) {
      facts.add(
          new Fact(
              "law of growth",
              "V(n) = K n^β, β = "
                  + within(heaps.beta(), heaps.betaError())
                  + ", K = "
                  + significant(heaps.k())));
    }
    if (richness != null) {
      facts.add(
          new Fact(
              "repetition",
              "Yule's K "
                  + significant(richness.yule())
                  + ", Simpson's D "
                  + significant(richness.simpson())));
      facts.add(
          new Fact(
              "depends on length",
              "type-token ratio "
                  + significant(richness.ratio())
                  + ", Guiraud's R "
                  + significant(richness.guiraud())
                  + ", Herdan's C "
                  + significant(richness.herdan())));
    }
    measures(facts);
    characters(facts);
    groups(facts);
    if (!profile.bad().isEmpty()) {
      facts.add(
          new Fact(
              "left out",
              profile.bad().entrySet().stream()
                  .map(one -> one.getKey() + " " + whole(one.getValue()))
                  .collect(Collectors.joining(", "))));
    }
    return facts;
  }

  /** Shares of the held-out text that 1,000, 10,000, ... and all words of the text make up. */
  private void heldOut(List<Fact> facts) {
    SortedMap<Long, Long> heldOut = profile.words().heldOut();
    if (heldOut.isEmpty()) {
      return;
    }
    Frequencies words = profile.words().frequencies();
    StringBuilder shares = new StringBuilder();
    for (long top = 1000; top < words.types(); top *= 10) {
      shares.append(percent(Coverage.heldOut(words, heldOut, top), 1));
      shares.append(" by ").append(whole(top)).append(", ");
    }
    double known = Coverage.heldOut(words, heldOut, words.types());
    facts.add(
        new Fact(
            "held-out text",
            whole(heldOut.values().stream().mapToLong(Long::longValue).sum())
                + " words, covered "
                + shares
                + percent(known, 1)
                + " by all; out of vocabulary "
                + percent(1 - known, 1)));
  }

  private static String within(double value, double error) {
    int digits = error > 1e-6 ? (int) Math.max(0, 1 - Math.floor(Math.log10(error))) : 3;
    return decimal(value, digits) + " ± " + decimal(error, digits);
  }

  private void measures(List<Fact> facts) {
    Histogram lengths = profile.tallies().histogram(Measures.DOCUMENT_WORDS);
    if (lengths.count() > 0) {
      facts.add(
          new Fact(
              "words of a document",
              "median "
                  + whole(lengths.quantile(0.5))
                  + ", 5 % to 95 % "
                  + whole(lengths.quantile(0.05))
                  + " to "
                  + whole(lengths.quantile(0.95))
                  + ", most "
                  + whole(lengths.quantile(1))));
    }
    List<String> diversity = new ArrayList<>();
    median(diversity, "MATTR", Measures.MATTR, Measures.PARTS);
    median(diversity, "MTLD", Measures.MTLD, Measures.TENTHS);
    median(diversity, "HD-D", Measures.HDD, Measures.PARTS);
    if (!diversity.isEmpty()) {
      facts.add(new Fact("diversity, medians", String.join(", ", diversity)));
    }
    List<String> readability = new ArrayList<>();
    for (Readability formula : Readability.values()) {
      median(readability, formula.title(), Measures.of(formula), Measures.TENTHS);
    }
    if (!readability.isEmpty()) {
      facts.add(new Fact("readability, medians", String.join(", ", readability)));
    }
  }

  private void median(List<String> medians, String title, String name, double unit) {
    Histogram scores = profile.tallies().histogram(name);
    if (scores.count() > 0) {
      medians.add(title + " " + significant(scores.quantile(0.5) / unit));
    }
  }

  private void characters(List<Fact> facts) {
    Map<String, Long> scripts = profile.tallies().counts(Measures.SCRIPTS);
    double all = scripts.values().stream().mapToLong(Long::longValue).sum();
    if (all > 0) {
      facts.add(
          new Fact(
              "scripts",
              scripts.entrySet().stream()
                  .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                  .limit(4)
                  .map(one -> one.getKey() + " " + percent(one.getValue() / all, 1))
                  .collect(Collectors.joining(", "))));
    }
    long lines = profile.tallies().count(Measures.LINES);
    if (lines > 0) {
      long off = profile.tallies().count(Measures.LINES_NOT_NFC);
      facts.add(
          new Fact(
              "lines",
              whole(lines)
                  + ", "
                  + (off == 0
                      ? "all in normal form C"
                      : whole(off)
                          + " ("
                          + percent((double) off / lines, 2)
                          + ") not in normal form C")));
    }
  }

  private void groups(List<Fact> facts) {
    if (config.by() == null) {
      return;
    }
    facts.add(new Fact("groups", whole(profile.groups().size()) + " by " + config.by()));
    if (profile.words().tested() > 0) {
      int clear = laws.clearTrends().size();
      facts.add(
          new Fact(
              "trends",
              whole(clear)
                  + (clear > 0 && clear == laws.trends().size() ? " or more" : "")
                  + " of "
                  + whole(profile.words().tested())
                  + " words (p < 0.05 for all together)"));
    }
  }

  List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "Words that stand fewer than "
            + whole(config.minCount())
            + " times or in fewer than "
            + whole(config.minDocuments())
            + " documents are counted, but nowhere named.");
    if (profile.documents() < config.minDocuments() && profile.tokens() > 0) {
      notes.add(
          "The corpus has "
              + whole(profile.documents())
              + (profile.documents() == 1 ? " document" : " documents")
              + ", so no word reaches min-documents "
              + whole(config.minDocuments())
              + ": give --document line or blank-line, or --set min-documents=1.");
    }
    long folded = ToldGroups.of(profile, config.minDocuments()).folded();
    if (config.by() != null && folded > 0) {
      notes.add(
          "Groups of fewer than "
              + whole(config.minDocuments())
              + " documents, "
              + whole(folded)
              + ", are shown as "
              + CorpusProfile.Group.OTHER
              + ", so that no rare name surfaces; --set min-documents=1 names them.");
    }
    long cut = profile.tallies().count(Measures.CUT_GROUP_NAMES);
    if (cut > 0) {
      notes.add(
          whole(cut)
              + (cut == 1 ? " document has" : " documents have")
              + " a longer name of a group than 64 characters: names that are alike so far are one"
              + " group.");
    }
    if (config.language() == Spelling.OTHER) {
      notes.add(
          "Readability that asks for syllables is left out: of English text give --language"
              + " english.");
    }
    spacing(notes);
    if (config.by() != null && isOneGroup(CorpusProfile.Group.NONE)) {
      notes.add(
          "No document has a value of "
              + config.by()
              + ", so that all are "
              + CorpusProfile.Group.NONE
              + ": --by takes a field of JSON lines or Parquet, a folder NAME=VALUE, or source, the"
              + " folder below the input.");
    } else if (config.by() != null && profile.axis() == GroupNames.Axis.NONE) {
      notes.add("No trends: the groups by " + config.by() + " are not all dates or all numbers.");
    } else if (config.by() != null && profile.words().tested() == 0) {
      notes.add(
          "No trends: they take "
              + RateTrend.LEAST_GROUPS
              + " groups with words, and a word that reaches the least counts.");
    }
    if (!laws.trends().isEmpty() && laws.clearTrends().isEmpty()) {
      notes.add(
          "None of the trends is significant (p < 0.05, corrected for all words that were tested):"
              + " the table has the words nearest to it, and none is drawn.");
    }
    long infinite = profile.tallies().count(Measures.MTLD_INFINITE);
    if (infinite > 0) {
      notes.add(whole(infinite) + " documents in which no word comes twice have no MTLD.");
    }
    return notes;
  }

  /** Whether all documents are in the group of this name. */
  private boolean isOneGroup(String name) {
    return profile.groups().size() == 1 && profile.groups().get(0).name().equals(name);
  }

  /** Tells where most letters are of scripts in which the rules of white space find no words. */
  private void spacing(List<String> notes) {
    if (config.tokenizer().kind() != TokenizerKind.WORD
        && config.tokenizer().kind() != TokenizerKind.WHITESPACE) {
      return;
    }
    UnspacedScripts.note(profile.tallies().counts(Measures.SCRIPTS)).ifPresent(notes::add);
  }

  List<String> footnotes() {
    List<String> notes = new ArrayList<>();
    notes.add(
        "ln(D/d): inverse document frequency, D documents, d of them with the word (Spärck Jones"
            + " 1972).");
    if (config.dispersion()) {
      notes.add(
          "DP norm: ½ Σ |v − s| / (1 − min s), of each document's share v of the word and s of all"
              + " words: 0 for even, 1 for a word of one document (Gries, IJCL 13(4), 2008;"
              + " Lijffijt and Gries, IJCL 17(1), 2012). D: 1 − V / √(n − 1) over "
              + config.parts()
              + " parts of one size, V the deviation of the word's rates by their mean (Juilland,"
              + " Brodin and Davidovitch 1970)."
              + (profile.documents() > ProfileCommand.MOST_BLOCKS
                  ? String.format(
                      Locale.ROOT,
                      " The documents are %,d groups at random.",
                      ProfileCommand.MOST_BLOCKS)
                  : ""));
    }
    notes.add(
        "Zipf and Mandelbrot's law: of rank r the share (r + b)^−a / Σ (r + b)^−a, by maximum"
            + " likelihood, ranks from a random half of the text and counts from the other"
            + " (Piantadosi 2014). ± is a standard error by the observed information, for"
            + " independent words; words come in bursts, so the true error is larger. The largest"
            + " difference is Kolmogorov and Smirnov's, of cumulated shares.");
    if (!profile.words().heldOut().isEmpty()) {
      notes.add(
          "Coverage of the held-out text: which share of its words are among the k most frequent"
              + " words of the text; what is left of 1 is the out-of-vocabulary rate of such a"
              + " vocabulary (Jelinek 1997). Words of one count share evenly what they cover.");
    }
    notes.add(
        "Heaps' law: V different words among the first n, V(n) = K n^β, a line of least squares"
            + " through ln V over ln n from 100 words on (Heaps 1978). ± is a standard error of the"
            + " regression and tells how straight the line is.");
    notes.add(
        "In random order: V − Σ V_f C(N − f, n) / C(N, n), V_f words of count f among N (Baayen"
            + " 2001).");
    notes.add(
        "Yule's K: 10^4 (Σ f² V_f − N) / N². Simpson's D: Σ f (f − 1) V_f / (N (N − 1)). Both"
            + " hardly depend on N. Guiraud's R: V / √N; Herdan's C: ln V / ln N; these and the"
            + " type-token ratio V / N compare texts of one length only (Tweedie and Baayen"
            + " 1998).");
    notes.add(
        "Diversity is of documents of at least "
            + DocumentMeasures.LEAST_WORDS
            + " words, by their first "
            + whole(DocumentMeasures.MOST_WORDS)
            + ". MATTR: mean share of different words in windows of 100 (Covington and McFall"
            + " 2010). MTLD: mean length of runs whose share of different words stays above 0.72,"
            + " both ways (McCarthy and Jarvis 2010). HD-D: expected share of different words among"
            + " 42 drawn (McCarthy and Jarvis 2007).");
    notes.add(
        "Readability is of documents of at least "
            + Readability.LEAST_WORDS
            + " words; W words, S sentences, Y syllables, P words of 3 syllables or more. LIX: W/S"
            + " + 100 long/W, long of more than 6 letters (Björnsson 1968). ARI: 4.71 characters/W"
            + " + 0.5 W/S − 21.43 (Smith and Senter 1967). Coleman-Liau: 5.88 letters/W − 29.6 S/W"
            + " − 15.8 (1975). Flesch: 206.835 − 1.015 W/S − 84.6 Y/W (1948). Flesch-Kincaid: 0.39"
            + " W/S + 11.8 Y/W − 15.59 (1975). Fog: 0.4 (W/S + 100 P/W) (Gunning 1952). SMOG:"
            + " 3.1291 + 1.0430 √(30 P/S), of 30 sentences or more (McLaughlin 1969). All but LIX"
            + " were fitted to English. Sentences end at marks and blank lines; syllables are"
            + " guessed from the spelling.");
    if (!laws.trends().isEmpty()) {
      notes.add(
          "Trends: a line through the rates of the groups by least squares, weighted by their"
              + " words; its error is estimated from what is left, at least Poisson's (McCullagh"
              + " and Nelder 1989); slope in occurrences per million words and unit of the axis (a"
              + " day). tau: Kendall's τ_b. p, corrected: Holm's, for all words that were tested.");
    }
    return notes;
  }
}
