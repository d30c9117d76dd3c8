package org.seqlm.job.corpus.concordance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;
import org.seqlm.concordance.ContextLine;
import org.seqlm.concordance.TermMeasures;
import org.seqlm.concordance.found.Findings;
import org.seqlm.concordance.found.PlaceSample;
import org.seqlm.job.cli.JobContext;
import org.seqlm.spark.concordance.DocumentTermTable;
import org.seqlm.spark.concordance.IndexArtifact;
import org.seqlm.spark.concordance.TermTable;

/** The artifact of a concordance: lines, what has most of them, and the table of all words. */
final class ConcordanceTables {
  private static final TableSchema LINES =
      TableSchema.of(
          "lines",
          "Keyword in context",
          Column.whole("line", "Line"),
          Column.text("left", "Before"),
          Column.text("keyword", "Keyword"),
          Column.text("right", "Behind"),
          Column.text("path", "File"),
          Column.whole("record", "Record"),
          Column.whole("document", "Document"));

  private static final TableSchema WORDS =
      TableSchema.of(
          "words",
          "Words that the query stands for",
          Column.text("word", "Word"),
          Column.whole("count", "Occurrences"));

  private static final TableSchema FILES =
      TableSchema.of(
          "files",
          "Files with most of it",
          Column.text("path", "File"),
          Column.whole("count", "Occurrences"));

  private static final TableSchema DOCUMENTS =
      TableSchema.of(
          "documents",
          "Documents with most of it",
          Column.text("path", "File"),
          Column.whole("record", "Record of the first"),
          Column.whole("document", "Document"),
          Column.whole("count", "Occurrences"));

  private ConcordanceTables() {}

  /**
   * Writes it.
   *
   * @param found null where nothing was asked
   * @return rows of the table of words
   */
  static long write(
      ConcordanceConfig config,
      JobContext context,
      IndexArtifact opened,
      ConcordanceResult.Found found)
      throws IOException {
    long terms = 0;
    try (AnalysisWriter writer =
            AnalysisWriter.create(
                context.hadoop(), config.output(), context.overwrite(), config.formats());
        JobContext.Awaited tasks = context.awaitTasks()) {
      if (found != null) {
        ofQuery(found, writer);
      }
      TermMeasures measures =
          new TermMeasures(opened.details().words(), opened.details().documents());
      if (config.terms().table()) {
        TermTable.Result table =
            TermTable.write(
                context.sparkContext(),
                opened.handle(),
                measures,
                config.terms().minCount(),
                config.terms().minDocuments(),
                writer.folder(),
                writer.formats(),
                context.progress());
        writer.add(TermTable.SCHEMA, table.files(), table.rows(), table.shown());
        terms = table.rows();
      }
      if (config.terms().byDocument() > 0) {
        TermTable.Result table =
            DocumentTermTable.write(
                context.sparkContext(),
                opened.handle(),
                measures,
                config.terms().minCount(),
                config.terms().minDocuments(),
                config.terms().byDocument(),
                writer.folder(),
                writer.formats(),
                context.progress());
        writer.add(DocumentTermTable.SCHEMA, table.files(), table.rows(), table.shown());
      }
      writer.publish(details(config, opened, found, terms), opened.inputs(), config, config.seed());
    }
    return terms;
  }

  private static void ofQuery(ConcordanceResult.Found found, AnalysisWriter writer)
      throws IOException {
    List<Object[]> rows = new ArrayList<>();
    for (ContextLine line : found.lines()) {
      rows.add(
          new Object[] {
            rows.size() + 1,
            line.left().strip(),
            line.keyword(),
            line.right().strip(),
            line.path(),
            line.record(),
            line.document()
          });
    }
    writer.table(LINES, rows);
    if (found.words() != null && !found.words().isEmpty()) {
      rows = new ArrayList<>();
      for (Findings.Form word : found.words()) {
        rows.add(new Object[] {word.word(), word.count()});
      }
      writer.table(WORDS, rows);
    }
    rows = new ArrayList<>();
    for (Findings.OfFile file : found.byFile()) {
      rows.add(new Object[] {file.path(), file.count()});
    }
    writer.table(FILES, rows);
    rows = new ArrayList<>();
    for (ConcordanceResult.OfDocument document : found.byDocument()) {
      rows.add(
          new Object[] {document.path(), document.record(), document.document(), document.count()});
    }
    writer.table(DOCUMENTS, rows);
  }

  private static AnalysisDetails details(
      ConcordanceConfig config, IndexArtifact opened, ConcordanceResult.Found found, long terms) {
    List<AnalysisDetails.Fact> facts = new ArrayList<>();
    List<String> footnotes = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    facts.add(fact("Words of the text", opened.details().words()));
    facts.add(fact("Documents of the text", opened.details().documents()));
    if (found != null) {
      facts.add(AnalysisDetails.Fact.given("Query", config.query()));
      facts.add(fact("Occurrences", found.total()));
      facts.add(
          new AnalysisDetails.Fact(
              "Per million words",
              opened.details().words() == 0
                  ? "0"
                  : String.format(
                      Locale.ROOT, "%.1f", 1e6 * found.total() / opened.details().words())));
      facts.add(fact("Documents with it", found.documents()));
      facts.add(fact("Files with it", found.files()));
      if (found.shown()) {
        notes.add(noteOfLines(config, found));
      }
      if (found.leftOut() > 0 || !found.shown()) {
        String rare = ConcordanceText.rare(config, found);
        notes.add(rare.substring(0, 1).toUpperCase(Locale.ROOT) + rare.substring(1) + ".");
      }
    }
    if (config.terms().wanted()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Tables of words have those that stand %,d times or more, in %,d documents or"
                  + " more%s.",
              config.terms().minCount(),
              config.terms().minDocuments(),
              config.terms().table() ? String.format(Locale.ROOT, ": %,d", terms) : ""));
      footnotes.add(
          "idf: ln(D / d), of D documents, those without a word among them, of which d have the"
              + " word (Spärck Jones 1972).");
      footnotes.add("tf-idf: occurrences, in all of the text or in the document, times idf.");
    }
    return new AnalysisDetails(
        "concordance",
        found == null ? "Words and their documents" : "Concordance of " + config.query(),
        facts,
        List.of(),
        List.of(),
        footnotes,
        notes);
  }

  private static String noteOfLines(ConcordanceConfig config, ConcordanceResult.Found found) {
    String order =
        config.sort().isEmpty()
            ? "in the order of the text"
            : "sorted by " + String.join(", ", config.sort());
    return found.lines().size() == found.total()
        ? "All lines, " + order + "."
        : String.format(
            Locale.ROOT,
            "%,d of %,d lines, %s, %s.",
            found.lines().size(),
            found.total(),
            config.pick() == PlaceSample.Pick.SAMPLE
                ? "a sample by seed " + config.seed()
                : "the first",
            order);
  }

  private static AnalysisDetails.Fact fact(String name, long value) {
    return new AnalysisDetails.Fact(name, String.format(Locale.ROOT, "%,d", value));
  }
}
