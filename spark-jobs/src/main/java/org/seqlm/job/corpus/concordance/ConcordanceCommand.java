package org.seqlm.job.corpus.concordance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.concordance.ContextLine;
import org.seqlm.concordance.Query;
import org.seqlm.concordance.found.Findings;
import org.seqlm.concordance.found.LineOrder;
import org.seqlm.concordance.found.PartFindings;
import org.seqlm.concordance.found.PlaceSample;
import org.seqlm.corpus.file.FileFinder;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.job.analysis.TableOptions;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.spark.concordance.IndexArtifact;
import org.seqlm.spark.concordance.IndexBuilding;
import org.seqlm.spark.concordance.IndexSearch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm corpus concordance}. */
@Command(
    name = "concordance",
    sortOptions = false,
    description = {
      "Shows what stands around a word or phrase, keyword in context, from an index that is made of"
          + " the text once and then asked: the lines as they stood, how often, in how many"
          + " documents and files. Also document frequencies and tf-idf of all words (--terms).",
      "",
      "Queries: old man; gover*, *ly (words with any letters there); (old|young) man; make * up"
          + " (any one word); make {0,3} up (up to three); a phrase | another. A backslash takes"
          + " the next character as it is.",
      "",
      "Example: seqlm corpus concordance --input novels/ --index out/index --query \"the"
          + " (old|young) m*n\" --sort R1,L1"
    })
public final class ConcordanceCommand extends JobCommand<ConcordanceConfig, ConcordanceResult> {
  @Option(
      names = "--index",
      paramLabel = "DIR",
      arity = "1..*",
      description =
          "The folder of the index, made of --input or made before; of those made before also"
              + " several, or a glob, asked as one in this order.")
  List<String> index;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files, folders and globs of text to make the index of, on any Hadoop path.")
  List<String> input;

  @Option(
      names = "--tokenizer",
      paramLabel = "char|word|whitespace|chain:FILE",
      description = "How the text is cut into words (default: word); chain:FILE.yaml by stages.")
  String tokenizer;

  @Option(names = "--query", paramLabel = "QUERY", description = "What is looked for.")
  String query;

  @Option(names = "--span", paramLabel = "N", description = "Words on each side (default: 8).")
  Integer span;

  @Option(
      names = "--sort",
      paramLabel = "KEYS",
      split = ",",
      description =
          "Order of the lines: words before (L1, L2, ...), behind (R1, ...), what was found (C);"
              + " without, that of the text.")
  List<String> sort;

  @Option(names = "--most", paramLabel = "N", description = "Lines shown (default: 100).")
  Integer most;

  @Option(
      names = "--pick",
      paramLabel = "sample|first",
      description = "Which lines where there are more: a sample by --seed, or the first.")
  String pick;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description = "Likewise of what stands fewer times (default: 1; 5 with --output).")
  Long minCount;

  @Option(
      names = "--min-documents",
      paramLabel = "N",
      description =
          "Show no line of what stands in fewer documents, and take no such word for a star"
              + " (default: 1; 3 with --output).")
  Long minDocuments;

  @Option(
      names = "--terms",
      description = "Also make the table of all words: document frequency, idf, tf-idf.")
  boolean terms;

  @Option(
      names = "--document-terms",
      paramLabel = "N",
      description = "Also list the N words of each document with the largest tf-idf.")
  Integer documentTerms;

  @Mixin private TextOptions text = new TextOptions();
  @Mixin private TableOptions tables = new TableOptions();

  public ConcordanceCommand() {
    super(ConcordanceConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("index", index)
        .put("input.paths", input)
        .put("tokenizer.kind", tokenizer)
        .put("query", query)
        .put("span", span)
        .put("sort", sort)
        .put("most", most)
        .put("pick", pick)
        .put("min-count", minCount)
        .put("min-documents", minDocuments)
        .put("terms.table", terms ? true : null)
        .put("terms.by-document", documentTerms);
    if (tokenizer != null && tokenizer.startsWith("chain:")) {
      // Its stages decide alone.
      overrides
          .put("tokenizer.unicode", "none")
          .put("tokenizer.letter-case", "keep")
          .put("tokenizer.arabic-letters", "keep");
    }
    text.put(overrides);
    tables.put(overrides);
  }

  @Override
  public String plan(ConcordanceConfig config, JobContext context) throws IOException {
    StringBuilder plan = new StringBuilder();
    if (config.builds()) {
      plan.append(CorpusPlan.of(context.hadoop(), config.input().source()).describe());
      plan.append("\nmakes the index ").append(config.index().get(0));
      if (config.query() != null) {
        Query.parse(config.query(), config.tokenizer());
      }
    } else {
      IndexArtifact opened = IndexArtifact.open(context.hadoop(), folders(config, context));
      plan.append(
          String.format(
              Locale.ROOT,
              "reads the index %s of %,d words",
              String.join(", ", config.index()),
              opened.details().words()));
      if (config.query() != null) {
        Query.parse(config.query(), opened.details().rules());
      }
    }
    return plan.toString();
  }

  @Override
  public ConcordanceResult run(ConcordanceConfig config, JobContext context) throws IOException {
    ConcordanceResult.State state = ConcordanceResult.State.OPENED;
    if (config.builds()) {
      if (config.query() != null) {
        Query.parse(config.query(), config.tokenizer()); // before any work
      }
      state = build(config, context);
    }
    List<String> folders = folders(config, context);
    IndexArtifact opened = IndexArtifact.open(context.hadoop(), folders);
    ConcordanceResult.Found found = config.query() == null ? null : ask(config, context, opened);
    long terms = 0;
    if (config.output() != null) {
      terms = ConcordanceTables.write(config, context, opened, found);
    }
    return new ConcordanceResult(
        folders,
        state,
        opened.texts(),
        opened.details().words(),
        opened.details().documents(),
        config.query(),
        found,
        terms,
        config.output());
  }

  /** The indices that are asked, globs by what they match. */
  private static List<String> folders(ConcordanceConfig config, JobContext context)
      throws IOException {
    List<String> folders = new ArrayList<>();
    for (String index : config.index()) {
      if (!FileFinder.isGlob(index)) {
        folders.add(index);
        continue;
      }
      List<Path> matches =
          FileFinder.matches(context.hadoop(), index).stream()
              .filter(path -> !FileFinder.isHidden(path.getName()))
              .toList();
      if (matches.isEmpty()) {
        throw UserException.data("--index " + index + " matches nothing: give another glob");
      }
      matches.stream().sorted().map(Path::toString).forEach(folders::add);
    }
    return folders;
  }

  private static ConcordanceResult.State build(ConcordanceConfig config, JobContext context)
      throws IOException {
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input().source());
    if (context.overwrite() == Overwrite.REFUSE
        && ArtifactReader.isOf(context.hadoop(), config.index().get(0), ArtifactKind.INDEX)) {
      same(config, context, plan);
      return ConcordanceResult.State.SAME;
    }
    try (ArtifactWriter writer =
            ArtifactWriter.create(context.hadoop(), config.index().get(0), context.overwrite());
        JobContext.Awaited tasks = context.awaitTasks()) {
      IndexBuilding.Result built =
          IndexBuilding.build(
              context.sparkContext(),
              plan,
              config.input().source(),
              config.tokenizer(),
              writer.folder(),
              context.progress());
      built.files().forEach(writer::add);
      writer.publish(
          Manifest.of(
              ArtifactKind.INDEX,
              Map.of(IndexArtifact.TEXT, built.fingerprint()),
              config.input(),
              config.seed(),
              built.details()));
      return ConcordanceResult.State.BUILT;
    }
  }

  /** Has an index that is there go on to be used if it is of this very text. */
  private static void same(ConcordanceConfig config, JobContext context, CorpusPlan plan)
      throws IOException {
    String folder = config.index().get(0);
    IndexArtifact there = IndexArtifact.open(context.hadoop(), folder);
    String remedy = ": give --overwrite to make it anew, another --index, or leave out --input";
    if (!there.details().rules().equals(config.tokenizer())) {
      throw UserException.configuration(
          "the index " + folder + " was cut by another tokenizer" + remedy);
    }
    String fingerprint =
        IndexBuilding.fingerprint(
            context.sparkContext(), plan, config.input().source(), context.progress());
    if (!fingerprint.equals(there.texts().get(0))) {
      throw UserException.configuration("the index " + folder + " is of another text" + remedy);
    }
  }

  private static ConcordanceResult.Found ask(
      ConcordanceConfig config, JobContext context, IndexArtifact opened) throws IOException {
    Query query = Query.parse(config.query(), opened.details().rules());
    Findings found =
        IndexSearch.find(
            context.sparkContext(),
            opened.handle(),
            query,
            new PartFindings.Choice(config.most(), config.pick(), config.seed()),
            new IndexSearch.Least(config.minCount(), config.minDocuments()),
            config.partitions(),
            context.progress());
    if (found.total() < config.minCount() || found.documents() < config.minDocuments()) {
      return new ConcordanceResult.Found(
          found.total(),
          found.documents(),
          found.files(),
          false,
          List.of(),
          List.of(),
          List.of(),
          null,
          found.leftOut());
    }
    int span = Math.max(config.span(), LineOrder.reach(config.sort()));
    List<ContextLine> lines =
        new ArrayList<>(
            IndexSearch.draw(
                context.sparkContext(),
                opened.handle(),
                found.places(),
                config.span(),
                span,
                context.progress()));
    lines.sort(LineOrder.by(config.sort()));
    List<PlaceSample.Place> firsts =
        found.byDocument().stream()
            .map(document -> new PlaceSample.Place(0, document.word(), 1))
            .toList();
    List<ContextLine> named =
        IndexSearch.draw(context.sparkContext(), opened.handle(), firsts, 0, 0, context.progress());
    List<ConcordanceResult.OfDocument> documents = new ArrayList<>();
    for (int i = 0; i < named.size(); i++) {
      documents.add(
          new ConcordanceResult.OfDocument(
              named.get(i).path(),
              named.get(i).record(),
              named.get(i).document(),
              found.byDocument().get(i).count()));
    }
    return new ConcordanceResult.Found(
        found.total(),
        found.documents(),
        found.files(),
        true,
        lines,
        documents,
        found.byFile(),
        found.forms(),
        found.leftOut());
  }

  @Override
  public String summary(ConcordanceConfig config, ConcordanceResult result) {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%s%s: %,d words, %,d documents%n",
            result.index().size() == 1
                ? "index " + result.index().get(0)
                : result.index().size() + " indices",
            switch (result.state()) {
              case BUILT -> " made";
              case SAME -> " is of this text already";
              case OPENED -> "";
            },
            result.words(),
            result.documents()));
    if (result.found() != null) {
      ConcordanceText.tell(config, result.query(), result.found(), out);
    }
    if (config.terms().table()) {
      out.append(
          String.format(
              Locale.ROOT,
              "%n%,d words stand %,d times or more, in %,d documents or more%n",
              result.terms(),
              config.terms().minCount(),
              config.terms().minDocuments()));
    }
    if (result.output() != null) {
      out.append(String.format(Locale.ROOT, "%ntables in %s%n", result.output()));
    }
    return out.toString();
  }
}
