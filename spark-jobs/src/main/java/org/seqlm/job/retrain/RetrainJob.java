package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.night.Finding;
import org.seqlm.corpus.night.InputPartition;
import org.seqlm.corpus.night.NightListing;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.corpus.night.NightPlanner;
import org.seqlm.corpus.night.PartitionContent;
import org.seqlm.corpus.night.SeenPartition;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetDetails;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.dataset.VocabularyExtension;
import org.seqlm.gate.Contest;
import org.seqlm.gate.DocumentSet;
import org.seqlm.gate.Gate;
import org.seqlm.gate.GateResult;
import org.seqlm.gate.Reason;
import org.seqlm.gate.SaltedOrder;
import org.seqlm.gate.ScoredDocument;
import org.seqlm.gate.SliceGuard;
import org.seqlm.gate.Spent;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.prepare.PrepareCommand;
import org.seqlm.job.prepare.PrepareConfig;
import org.seqlm.job.report.ReportCommand;
import org.seqlm.job.report.ReportConfig;
import org.seqlm.job.retrain.RetrainResult.NightText;
import org.seqlm.job.retrain.RetrainResult.Verdict;
import org.seqlm.job.train.TrainCommand;
import org.seqlm.job.train.TrainConfig;
import org.seqlm.job.trend.RegistryTrend;
import org.seqlm.metrics.Night;
import org.seqlm.neural.files.RunView;
import org.seqlm.registry.Decider;
import org.seqlm.registry.Decision;
import org.seqlm.registry.Grounds;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Outcome;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.Role;
import org.seqlm.registry.RunDraft;
import org.seqlm.registry.VersionDraft;
import org.seqlm.registry.Words;
import org.seqlm.store.Paths;

/**
 * A night, step by step. Each step leaves an artifact in the night's folder, and a night that is
 * started again goes on with what is whole there; the registry's one commit that ends the night
 * comes last. So whoever dies when, the night is either decided or not, and started again it comes
 * to the same decision.
 */
final class RetrainJob {
  /** Contests that a report shows. */
  private static final int MOST_PAST = 60;

  /** How old files that no manifest lists must be: a writer that is at work has such. */
  private static final Duration ORPHANS = Duration.ofHours(24);

  private final RetrainConfig config;
  private final JobContext context;
  private final Configuration hadoop;
  private final LocalDate night;
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  RetrainJob(RetrainConfig config, JobContext context, Clock clock) {
    this.config = config;
    this.context = context;
    this.hadoop = context.hadoop();
    this.night = config.night(clock.instant());
  }

  /** What is known before anything is read. */
  private record Start(
      Registry registry, RegistryState state, NightRecord before, NightPlanner planner) {}

  private Start start(Registry registry) throws IOException {
    RegistryState state = registry.state();
    NightRecord before = NightRecord.of(registry, state.champion());
    return new Start(
        registry, state, before, new NightPlanner(config.night(), before.seen(), night));
  }

  private NightPlan listed(Start start) throws IOException {
    return start
        .planner()
        .plan(NightListing.of(hadoop, config.input(), config.night().partitionKey()));
  }

  /** What would be done, in a few lines. */
  String plan() throws IOException {
    boolean exists = Registry.isRegistry(hadoop, config.registry());
    if (!exists) {
      NightPlanner planner = new NightPlanner(config.night(), List.of(), night);
      return planner
              .plan(NightListing.of(hadoop, config.input(), config.night().partitionKey()))
              .describe()
          + "\nbegins the registry "
          + config.registry()
          + "; the first model becomes the champion";
    }
    Start start = start(Registry.open(hadoop, config.registry()));
    Optional<Decision> decided = start.state().decisionOf(night.toString());
    if (decided.isPresent()) {
      return "the night of " + night + " is decided: " + String.join("; ", decided.get().reasons());
    }
    NightPlan plan = listed(start).orRefuse();
    int champion = start.state().champion();
    return plan.describe()
        + (plan.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT,
                "%nprepares it as %1$s/dataset, trains %1$s/run%2$s",
                folder(),
                champion == 0
                    ? "; the first model becomes the champion"
                    : " from version "
                        + champion
                        + ", and lets it take that one's place if it is better on the documents"
                        + " that are held out"));
  }

  private String folder() {
    return config.nights() + "/" + night;
  }

  RetrainResult run() throws Exception {
    Registry registry = Registry.openOrBegin(hadoop, config.registry());
    Start start = start(registry);
    RegistryState state = start.state();
    Optional<Decision> decided = state.decisionOf(night.toString());
    if (decided.isPresent()) {
      return decided(state, decided.get());
    }
    NightPlan plan = listed(start).orRefuse();
    plan.findings().forEach(finding -> context.progress().message("note: " + finding.text()));
    if (plan.isEmpty()) {
      // Nothing is written down: text that comes late is taken by the same night, started again.
      return result(
          Verdict.KEPT, List.of("no new text"), 0, state.champion(), plan, null, null, null);
    }
    int champion = state.champion();
    Dataset dataset = timed("prepare", () -> prepare(plan, champion));
    Map<String, PartitionContent> contents = contents(plan, dataset);
    NightPlan read =
        contents.isEmpty() ? plan : start.planner().afterReading(plan, contents).orRefuse();
    NightText text = text(dataset);
    if (read.isEmpty()) {
      return result(
          Verdict.KEPT,
          read.findings().stream().map(finding -> finding.text()).toList(),
          0,
          champion,
          read,
          text,
          null,
          null);
    }
    timed("train", () -> train(start));
    GateResult gate = champion == 0 ? null : timed("contest", () -> contest(start, dataset));
    String report =
        timed(
            "report",
            () -> {
              keep(night(state, read, text, gate));
              return report();
            });
    RetrainResult result = timed("decide", () -> decide(start, read, contents, text, gate, report));
    timed("prune", () -> prune(registry));
    return result;
  }

  private RetrainResult decided(RegistryState state, Decision decision) {
    return new RetrainResult(
        night.toString(),
        decision.what() == Outcome.PROMOTED ? Verdict.PROMOTED : Verdict.KEPT,
        decision.reasons(),
        decision.version(),
        state.champion(),
        true,
        null,
        null,
        null,
        folder(),
        null,
        seconds);
  }

  private RetrainResult result(
      Verdict verdict,
      List<String> reasons,
      int version,
      int champion,
      NightPlan plan,
      NightText text,
      JsonNode contest,
      String report) {
    return new RetrainResult(
        night.toString(),
        verdict,
        reasons,
        version,
        champion,
        false,
        plan,
        text,
        contest,
        folder(),
        report,
        seconds);
  }

  /** A step that may fail in any way. */
  @FunctionalInterface
  private interface Step<T> {
    T run() throws Exception;
  }

  private <T> T timed(String phase, Step<T> step) throws Exception {
    long start = System.nanoTime();
    try {
      return step.run();
    } finally {
      seconds.put(phase, (System.nanoTime() - start) / 1e9);
    }
  }

  private FlagValues keys(JsonNode part) {
    return new FlagValues()
        .putAll(part)
        .put("seed", config.seed())
        .put("partitions", config.partitions());
  }

  /** The folder of a version's model. */
  private String model(int version) throws IOException {
    Registry registry = Registry.open(hadoop, config.registry());
    return registry.modelFolder(registry.state().stored(version));
  }

  /** The night's text with the champion's vocabulary, and what is new behind it. */
  private Dataset prepare(NightPlan plan, int champion) throws Exception {
    String output = folder() + "/dataset";
    FlagValues keys =
        keys(config.prepare())
            .put("input.paths", plan.take().stream().map(InputPartition::path).toList())
            .put("output", output);
    if (champion != 0) {
      keys.put("vocabulary.base", model(champion));
    }
    PrepareConfig prepare = ConfigLoader.load("prepare", PrepareConfig.class, keys.tree());
    if (!ArtifactReader.isArtifact(hadoop, output)
        || !ArtifactReader.open(hadoop, output).manifest().config().equals(Json.tree(prepare))) {
      new PrepareCommand().run(prepare, context.inner("prepare", Overwrite.REPLACE));
    }
    return Dataset.open(hadoop, output);
  }

  /** By partition, as far as it is known: what one partition alone had. */
  private static Map<String, PartitionContent> contents(NightPlan plan, Dataset dataset) {
    if (plan.take().size() != 1) {
      return Map.of();
    }
    DatasetDetails details = dataset.details();
    long documents = 0;
    long tokens = 0;
    for (SplitStatistics split : details.splits().values()) {
      documents += split.documents();
      tokens += split.tokens();
    }
    return Map.of(
        plan.take().get(0).name(),
        new PartitionContent(
            dataset.artifact().manifest().inputs().getOrDefault("corpus", dataset.fingerprint()),
            documents,
            tokens));
  }

  private static NightText text(Dataset dataset) {
    DatasetDetails details = dataset.details();
    long documents = 0;
    long tokens = 0;
    for (SplitStatistics split : details.splits().values()) {
      documents += split.documents();
      tokens += split.tokens();
    }
    VocabularyExtension extended = details.extended();
    return new NightText(
        documents,
        tokens,
        details.vocabularySize(),
        extended == null ? 0 : extended.appended(),
        extended == null
            ? null
            : extended.unknownRate(Split.TEST, details.splits().get(Split.TEST)));
  }

  private Void train(Start start) throws Exception {
    int champion = start.state().champion();
    String output = folder() + "/run";
    FlagValues keys =
        keys(config.train()).put("input", folder() + "/dataset").put("output", output);
    if (champion != 0) {
      keys.put("start-from", model(champion));
      List<String> old = replayed(start.before());
      if (!old.isEmpty()) {
        keys.put("replay.inputs", old);
      }
    }
    TrainConfig train = ConfigLoader.load("train", TrainConfig.class, keys.tree());
    RunView run = RunView.find(hadoop, output);
    boolean same = run != null && run.manifest().config().equals(Json.tree(train));
    if (!(same && run.isComplete())) {
      new TrainCommand()
          .run(train, context.inner("train", same ? Overwrite.REFUSE : Overwrite.REPLACE));
    }
    return null;
  }

  /** Datasets of the champion's line that are still there, unless the configuration names some. */
  private List<String> replayed(NightRecord before) throws IOException {
    List<String> there = new ArrayList<>();
    if (config.train().path("replay").path("inputs").isEmpty()
        && config.train().path("replay").path("share").asDouble() > 0) {
      for (String dataset : before.datasets()) {
        if (ArtifactReader.isArtifact(hadoop, dataset)) {
          there.add(dataset);
        }
      }
    }
    return there;
  }

  private GateResult contest(Start start, Dataset dataset) throws IOException {
    int champion = start.state().champion();
    Contestants contestants = new Contestants(context, model(champion), folder() + "/run");
    List<ScoredDocument> documents =
        new ArrayList<>(
            SaltedOrder.of(contestants.score(dataset, DocumentSet.FRESH), night.toString()));
    if (config.frozen() != null) {
      documents.addAll(
          contestants.score(Dataset.open(hadoop, config.frozen()), DocumentSet.FROZEN));
    }
    Contest contest =
        new Contest(
            Integer.toString(champion),
            night.toString(),
            night.getYear(),
            night.getDayOfYear(),
            spent(start.state()),
            null);
    return new Gate(config.gate()).decide(contest, documents);
  }

  /** By the nights of this year before. */
  private Spent spent(RegistryState state) {
    Spent spent = Spent.NOTHING;
    for (Decision one : state.history()) {
      JsonNode numbers = one.numbers();
      if (one.by() == Decider.NIGHT
          && numbers.path("year").asInt() == night.getYear()
          && numbers.path("spent").isObject()) {
        spent =
            new Spent(
                numbers.path("spent").path("shares").asDouble(),
                numbers.path("spent").path("challengers").asInt());
      }
    }
    return spent;
  }

  /** For the report and for programs. */
  private Night night(RegistryState state, NightPlan plan, NightText text, GateResult gate) {
    boolean promoted = gate == null || gate.decision() == GateResult.Decision.PROMOTED;
    List<Night.Past> past = new ArrayList<>();
    for (Decision one : state.history()) {
      if (one.by() == Decider.NIGHT && one.numbers().path("gain").isNumber()) {
        past.add(
            new Night.Past(
                one.night(),
                one.numbers().path("gain").asDouble(),
                one.what() == Outcome.PROMOTED));
      }
    }
    if (gate != null && gate.gain() != null) {
      past.add(new Night.Past(night.toString(), gate.gain(), promoted));
    }
    return new Night(
        night.toString(),
        promoted ? "promoted" : "kept",
        reasons(gate),
        state.champion(),
        0,
        plan.take().stream()
            .map(one -> new Night.Taken(one.name(), one.files(), one.bytes()))
            .toList(),
        plan.findings().stream().map(Finding::text).toList(),
        new Night.Text(
            text.documents(),
            text.tokens(),
            text.vocabulary(),
            text.appended(),
            text.unknownRate()),
        gate == null ? null : contest(gate),
        past.subList(Math.max(0, past.size() - MOST_PAST), past.size()),
        new LinkedHashMap<>(seconds));
  }

  private Night.Contest contest(GateResult gate) {
    List<Night.Slice> slices = new ArrayList<>();
    for (SliceGuard.Slice one : gate.slices()) {
      slices.add(
          new Night.Slice(
              one.name(),
              one.value(),
              one.documents(),
              one.gain(),
              one.interval().lower(),
              one.interval().upper(),
              Words.of(one.finding())));
    }
    GateResult.Test test = gate.test();
    return new Night.Contest(
        gate.documents(),
        gate.gain(),
        gate.interval() == null ? null : gate.interval().lower(),
        gate.interval() == null ? null : gate.interval().upper(),
        config.gate().level(),
        gate.margin(),
        test == null ? null : test.highest(),
        test == null ? null : test.needed(),
        gate.frozen().documents(),
        gate.frozen().gain(),
        slices);
  }

  private static List<String> reasons(GateResult gate) {
    return gate == null
        ? List.of("the first model")
        : gate.reasons().stream().map(Reason::text).toList();
  }

  private void keep(Night story) throws IOException {
    try (ArtifactWriter out =
        ArtifactWriter.create(hadoop, folder() + "/night", Overwrite.REPLACE)) {
      out.write("night.json", Json.pretty(story));
      Map<String, String> inputs =
          Map.of(
              "dataset",
              ArtifactReader.open(hadoop, folder() + "/dataset").manifest().fingerprint(),
              "run",
              ArtifactReader.open(hadoop, folder() + "/run").manifest().fingerprint());
      out.publish(
          Manifest.of(
              ArtifactKind.NIGHT,
              inputs,
              config,
              config.seed(),
              Map.of("night", story.night(), "decision", story.decision())));
    }
  }

  private String report() throws Exception {
    String page = folder() + "/report.html";
    FlagValues keys =
        keys(null).put("input", folder()).put("output", page).put("title", "The night of " + night);
    new ReportCommand()
        .run(
            ConfigLoader.load("report", ReportConfig.class, keys.tree()),
            context.inner("report", Overwrite.REPLACE));
    return page;
  }

  private RetrainResult decide(
      Start start,
      NightPlan plan,
      Map<String, PartitionContent> contents,
      NightText text,
      GateResult gate,
      String report)
      throws IOException {
    Registry registry = start.registry();
    int champion = start.state().champion();
    List<SeenPartition> taken =
        plan.take().stream().map(one -> one.seen(contents.get(one.name()))).toList();
    RunDraft run = RunDraft.of(hadoop, folder() + "/run");
    VersionDraft draft =
        run.draft()
            .byNight(night.toString())
            .from(champion)
            .document(
                Role.NIGHT,
                start.before().then(night.toString(), folder() + "/dataset", taken).json());
    draft = draft.document(Role.REPORT, bytes(report));
    List<String> reasons = reasons(gate);
    boolean promoted = gate == null || gate.decision() == GateResult.Decision.PROMOTED;
    Grounds grounds = Grounds.night(night.toString(), reasons, numbers(gate));
    ModelVersion version =
        registry.add(draft, Grounds.night(night.toString(), List.of(), null)).version();
    if (promoted) {
      registry.promote(version.number(), champion, grounds);
    } else {
      registry.fail(version.number(), grounds);
    }
    return result(
        promoted ? Verdict.PROMOTED : Verdict.KEPT,
        reasons,
        version.number(),
        registry.state().champion(),
        plan,
        text,
        gate == null ? null : Json.tree(gate),
        report);
  }

  /** Gives up what is older than the configuration says, once the night is decided. */
  private Void prune(Registry registry) throws IOException {
    registry.prune(
        config.keep().versions(), ORPHANS, Grounds.night(night.toString(), List.of(), null));
    Path nights = Paths.of(config.nights());
    FileSystem fs = nights.getFileSystem(hadoop);
    List<Path> folders = new ArrayList<>();
    for (FileStatus one : fs.listStatus(nights)) {
      if (one.isDirectory() && RetrainConfig.isDate(one.getPath().getName())) {
        folders.add(one.getPath());
      }
    }
    folders.sort(Comparator.comparing(Path::getName));
    for (Path old : folders.subList(0, Math.max(0, folders.size() - config.keep().nights()))) {
      for (String part : List.of("run", "dataset", "night", "report.html", NightPages.SUMMARY)) {
        fs.delete(new Path(old, part), true);
      }
      // Whatever else lies there is somebody's.
      if (fs.listStatus(old).length == 0) {
        fs.delete(old, false);
      }
    }
    return null;
  }

  private JsonNode numbers(GateResult gate) throws IOException {
    ObjectNode numbers = Json.mapper().createObjectNode();
    numbers.put("year", night.getYear());
    numbers.set(RegistryTrend.FIGURES, NightPages.figures(hadoop, folder()));
    if (gate != null) {
      numbers.put("documents", gate.documents());
      numbers.put("gain", gate.gain());
      numbers.put("margin", gate.margin());
      numbers.set("bits", Json.tree(gate.bits()));
      numbers.set("interval", Json.tree(gate.interval()));
      numbers.set("test", Json.tree(gate.test()));
      numbers.set("spent", Json.tree(gate.spent()));
    }
    return numbers;
  }

  private byte[] bytes(String file) throws IOException {
    Path path = Paths.of(file);
    try (java.io.InputStream in = Paths.plain(path, hadoop).open(path)) {
      return in.readAllBytes();
    }
  }
}
