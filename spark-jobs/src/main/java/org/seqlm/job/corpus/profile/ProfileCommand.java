package org.seqlm.job.corpus.profile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisDetails.Fact;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.analysis.TableOptions;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.WordFindings;
import org.seqlm.spark.profile.CorpusProfiling;
import org.seqlm.spark.profile.EarlierProfile;
import org.seqlm.spark.profile.HeldOut;
import org.seqlm.spark.profile.StoredProfile;
import org.seqlm.spark.terms.TermText;
import org.seqlm.spark.terms.WordSpread;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.terms.KeynessEvidence.Spread;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm corpus profile}. */
@Command(
    name = "profile",
    sortOptions = false,
    description = {
      "Tells what a corpus is like: how frequent its words are and how the vocabulary grows, with"
          + " the laws of Zipf and Mandelbrot and of Heaps fitted; coverage, lengths, scripts,"
          + " diversity and readability; with --by also groups and trends.",
      "",
      "Example: seqlm corpus profile --input text --by dt --output out/profile"
    })
public final class ProfileCommand extends JobCommand<ProfileConfig, ProfileResult> {
  /** Documents are so many groups at random, where there are more. */
  static final int MOST_BLOCKS = 5000;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files, folders and globs of text on any Hadoop path.")
  List<String> input;

  @Mixin private TableOptions tables = new TableOptions();

  @Mixin private TextOptions text = new TextOptions();

  @Option(
      names = "--tokenizer",
      paramLabel = "char|word|whitespace|chain:FILE",
      description = "What a word is (default: word); chain:FILE.yaml cuts by stages.")
  String tokenizer;

  @Option(names = "--lowercase", description = "Make all letters lower-case.")
  boolean lowercase;

  @Option(
      names = "--language",
      paramLabel = "english|other",
      description = "Whether readability may ask for syllables (default: other).")
  String language;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description =
          "Groups that are told apart: a field of JSON lines or Parquet, a folder NAME=VALUE such"
              + " as dt=2026-11-30, or source, the folder below the input. Of dates and numbers"
              + " also trends.")
  String by;

  @Option(
      names = "--merge",
      paramLabel = "DIR",
      description =
          "A profile, made with --keep-counts, of other text that this text is added to; only this"
              + " text is read.")
  String merge;

  @Option(
      names = "--held-out",
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Other text, read likewise, of which it is told which share the most frequent words of"
              + " the text make up.")
  List<String> heldOut;

  @Option(
      names = "--keep-counts",
      description =
          "Keep the counts of all words, rare ones too, so that text can be added (--merge).")
  boolean keepCounts;

  @Option(
      names = "--min-count",
      paramLabel = "N",
      description = "Name no word that stands fewer times (default: 5).")
  Long minCount;

  @Option(
      names = "--min-documents",
      paramLabel = "N",
      description = "Name no word, and no group, of fewer documents (default: 3).")
  Long minDocuments;

  @Option(
      names = "--dispersion",
      description =
          "Also tell how evenly the most frequent words are spread over documents (DP) and parts"
              + " (D); the text is read twice more.")
  boolean dispersion;

  public ProfileCommand() {
    super(ProfileConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input.paths", input)
        .put("tokenizer.kind", tokenizer)
        .put("tokenizer.letter-case", lowercase ? "lower" : null)
        .put("language", language)
        .put("by", by)
        .put("merge", merge)
        .put("held-out", heldOut)
        .put("keep-counts", keepCounts ? true : null)
        .put("min-count", minCount)
        .put("min-documents", minDocuments)
        .put("dispersion", dispersion ? true : null);
    tables.put(overrides);
    text.put(overrides);
  }

  @Override
  public String plan(ProfileConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    earlier(config, context);
    HeldOut held = heldOut(config, context);
    return CorpusPlan.of(context.hadoop(), config.input()).describe()
        + (held == null ? "" : "\nheld out: " + held.plan().describe())
        + (config.merge() == null ? "" : "\nadds it to the text of " + config.merge())
        + (config.by() == null ? "" : "\ntells groups apart by " + config.by());
  }

  private static EarlierProfile earlier(ProfileConfig config, JobContext context)
      throws IOException {
    return config.merge() == null
        ? null
        : EarlierProfile.open(context.hadoop(), config.merge(), config.rules());
  }

  private static HeldOut heldOut(ProfileConfig config, JobContext context) throws IOException {
    if (config.heldOut().isEmpty()) {
      return null;
    }
    CorpusSource source = config.input().with(config.heldOut());
    return new HeldOut(CorpusPlan.of(context.hadoop(), source), source);
  }

  /** What the profile is made from, by name: the texts in the order in which they were added. */
  private static Map<String, String> inputs(CorpusProfile profile) {
    Map<String, String> inputs = new LinkedHashMap<>();
    for (String fingerprint : profile.fingerprints()) {
      inputs.put(inputs.isEmpty() ? "corpus" : "corpus-" + (inputs.size() + 1), fingerprint);
    }
    return inputs;
  }

  @Override
  public ProfileResult run(ProfileConfig config, JobContext context) throws IOException {
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    EarlierProfile earlier = earlier(config, context);
    try (AnalysisWriter writer =
        AnalysisWriter.create(
            context.hadoop(), config.output(), context.overwrite(), config.formats())) {
      CorpusProfiling.Result counted =
          CorpusProfiling.of(
              context.sparkContext(),
              plan,
              config.input(),
              config.rules(),
              earlier,
              heldOut(config, context),
              config.keepCounts() ? new StoredProfile(writer.folder().toString()) : null,
              config.partitions(),
              context.progress());
      CorpusProfile profile = counted.profile();
      if (profile.tokens() == 0) {
        throw UserException.data(
            "the text "
                + String.join(" ", config.input().paths())
                + " has no words: give another --input");
      }
      ProfileLaws laws = ProfileLaws.of(profile);
      ProfileText text = new ProfileText(profile, laws, config);
      List<Spread> spread = config.dispersion() ? spread(config, context, plan, profile) : null;
      new ProfileTables(profile, laws, config, spread).write(writer);
      if (counted.state() != null) {
        counted.files().forEach(writer::add);
        writer.add(
            HashedFile.write(
                Paths.plain(writer.folder().getFileSystem(context.hadoop())),
                writer.folder(),
                StoredProfile.STATE,
                0,
                out -> out.write(Json.line(counted.state()).getBytes(StandardCharsets.UTF_8))));
      }
      List<Fact> facts = text.facts();
      List<String> notes = text.notes();
      Manifest manifest =
          writer.publish(
              new AnalysisDetails(
                  "profile",
                  "Profile of the corpus",
                  facts,
                  ProfileCharts.of(profile, laws, config, spread),
                  List.of(),
                  text.footnotes(),
                  notes),
              inputs(profile),
              config,
              config.seed());
      return new ProfileResult(
          config.output(),
          manifest.fingerprint(),
          profile.records(),
          profile.bad(),
          profile.documents(),
          profile.tokens(),
          profile.words().frequencies().types(),
          laws.zipf(),
          laws.heaps(),
          laws.richness(),
          laws.needed(),
          facts,
          notes);
    }
  }

  /** By word of the table of the most frequent ones. */
  private static List<Spread> spread(
      ProfileConfig config, JobContext context, CorpusPlan plan, CorpusProfile profile) {
    List<String> words = profile.words().top().stream().map(WordFindings.Word::text).toList();
    return words.isEmpty()
        ? List.of()
        : WordSpread.of(
            context.sparkContext(),
            new TermText(plan, config.input(), null),
            config.tokenizer(),
            words,
            MOST_BLOCKS,
            config.parts(),
            config.partitions(),
            context.progress());
  }

  @Override
  public String summary(ProfileConfig config, ProfileResult result) {
    StringBuilder out = new StringBuilder();
    for (Fact fact : result.facts()) {
      out.append(String.format(Locale.ROOT, "%-20s %s%n", fact.name(), fact.value()));
    }
    for (String note : result.notes()) {
      out.append("note: ").append(note).append('\n');
    }
    return out.append("profile in ").append(result.output()).append('\n').toString();
  }
}
