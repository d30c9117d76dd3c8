package org.seqlm.job.retrain;

import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Claim;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.artifact.RegistryLayout;
import org.seqlm.corpus.night.Finding;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.corpus.night.NightPlanner;
import org.seqlm.corpus.night.PartitionContent;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.gate.GateResult;
import org.seqlm.gate.ScoredDocument;
import org.seqlm.job.cli.Interruption;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.retrain.CarriedStep.Waiting;
import org.seqlm.job.retrain.RetrainResult.NightText;
import org.seqlm.job.retrain.RetrainResult.Verdict;
import org.seqlm.metrics.Night;
import org.seqlm.registry.Decision;
import org.seqlm.registry.Outcome;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.spark.watch.Figure;
import org.seqlm.spark.watch.Figures;
import org.seqlm.store.Paths;
import org.seqlm.task.TaskContent;

/**
 * A night, step by step. Each step leaves an artifact in the night's folder, and a night that is
 * started again goes on with what is whole there; the registry's one commit that ends the night
 * comes last. So whoever dies when, the night is either decided or not, and started again it comes
 * to the same decision.
 */
final class RetrainJob {
  private final RetrainConfig config;
  private final JobContext context;
  private final Configuration hadoop;
  private final LocalDate date;
  private final LocalDate today;
  private final NightFolder night;

  RetrainJob(RetrainConfig config, JobContext context, Clock clock) {
    this.config = config;
    this.context = context;
    this.hadoop = context.hadoop();
    this.date = config.night(clock.instant());
    this.today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    this.night = new NightFolder(config, context, date);
  }

  /** What would be done, in a few lines. */
  String plan() throws IOException {
    checkPlaces();
    if (!Registry.isRegistry(hadoop, config.registry())) {
      NightPlanner planner = new NightPlanner(config.night(), List.of(), date);
      checkSteps(null);
      return NightStart.plan(planner, config, hadoop, today).describe()
          + "\nbegins the registry "
          + config.registry()
          + ", as there is none; the first model becomes the champion"
          + steps(null);
    }
    NightStart start = NightStart.of(Registry.open(hadoop, config.registry()), config, date);
    Optional<Decision> decided = start.state().decisionOf(night.night());
    if (decided.isPresent()) {
      return "the night of " + date + " is decided: " + String.join("; ", decided.get().reasons());
    }
    checkSteps(start);
    NightPlan plan = start.plan(config, hadoop, today);
    int champion = start.champion();
    if (!plan.isEmpty() && !start.hasFresh(plan)) {
      return plan.describe() + "\ntrains nothing: " + FreshText.NONE;
    }
    return plan.describe()
        + (plan.isEmpty()
            ? ""
            : String.format(
                    Locale.ROOT,
                    "%nprepares it as %s, trains %s%s",
                    night.dataset(),
                    night.run(),
                    champion == 0
                        ? "; the first model becomes the champion"
                        : " from version "
                            + champion
                            + ", and lets it take that one's place if it is better on the documents"
                            + " that are held out")
                + steps(start));
  }

  /**
   * What else is done.
   *
   * @param start null where there is no registry yet
   */
  private String steps(NightStart start) throws IOException {
    StringBuilder steps = new StringBuilder();
    Optional<Waiting> waiting =
        start == null ? Optional.empty() : CarriedStep.waiting(start.state());
    waiting.ifPresent(
        one ->
            steps
                .append("\nbefore that, version ")
                .append(one.version())
                .append(" comes again; if it is promoted, nothing is trained"));
    if (start != null && DriftStep.from(night, start) != null) {
      steps.append("\nholds the text against ").append(DriftStep.from(night, start));
    }
    if (config.steps().count()) {
      String before = start == null ? null : start.counts();
      steps
          .append("\ncounts n-grams of order ")
          .append(config.ngrams().path("order").asInt())
          .append(before == null ? "" : ", and adds them to " + before);
    }
    if (config.steps().samples() && !config.prompts().isEmpty()) {
      steps
          .append("\ndraws ")
          .append(config.prompts().size())
          .append(" samples of each model, and holds them against the training text");
    }
    return steps.toString();
  }

  /**
   * Mistakes in where things are, before any work.
   *
   * @throws UserException with exit code 2
   */
  private void checkPlaces() throws IOException {
    OutputCheck.above(hadoop, "--registry", config.registry());
    OutputCheck.above(hadoop, "--work", config.nights());
    if (!Registry.isRegistry(hadoop, config.registry())) {
      Registry.openOrBegin(hadoop, config.registry()); // that it is not damaged, or something else
      config.begin().check(hadoop, config.registry());
    }
  }

  /** Mistakes in the keys of later steps, before any work. */
  private void checkSteps(NightStart start) throws IOException {
    refuseExamples(start);
    TrainStep.check(night, start);
    CountStep.check(night, start);
    if (config.steps().samples()) {
      SampleStep.config(night);
    }
  }

  /** A night is of text: what it holds out, counts and draws is. */
  private void refuseExamples(NightStart start) throws IOException {
    String what = null;
    for (String path : config.input()) {
      if (!CorpusPlan.isGlob(path) && ArtifactReader.isOf(hadoop, path, ArtifactKind.EXAMPLES)) {
        what = "--input " + path + " holds labelled examples";
      }
    }
    if (start != null
        && start.champion() != 0
        && TaskContent.isIn(start.registry().model(start.champion()))) {
      what = "the champion of " + config.registry() + " is a network over labelled examples";
    }
    if (what != null) {
      throw UserException.configuration(
          what
              + ", but a night retrains on text: use seqlm train --start-from REGISTRY, seqlm"
              + " models add, and seqlm models promote REGISTRY N --if-better --input EXAMPLES");
    }
  }

  RetrainResult run() throws Exception {
    checkPlaces();
    Registry registry = Registry.openOrBegin(hadoop, config.registry());
    NightStart start = NightStart.of(registry, config, date);
    Optional<Decision> decided = start.state().decisionOf(night.night());
    if (decided.isPresent()) {
      return decided(start, decided.get());
    }
    checkSteps(start);
    Path claims = Paths.below(Paths.of(config.registry()), RegistryLayout.CLAIMS);
    try (Claim claim =
        Claim.take(
            hadoop, claims, "the night of " + date, config.concurrent(), context.progress())) {
      night.checked(claim::check);
      return claimed(registry);
    }
  }

  /** While no other is at work, as far as can be seen. */
  private RetrainResult claimed(Registry registry) throws Exception {
    Interruption.startedAgain("the night goes on with what is whole in its folder");
    // Another may have decided the night, or another night, while this one waited.
    NightStart start = NightStart.of(registry, config, date);
    Optional<Decision> decided = start.state().decisionOf(night.night());
    if (decided.isPresent()) {
      return decided(start, decided.get());
    }
    NightPlan plan = start.plan(config, hadoop, today);
    tell(plan.told());
    if (plan.isEmpty()) {
      // Nothing is written down: text that comes late is taken by the same night, started again.
      return nothing(start, List.of("no new text"), plan);
    }
    if (!Registry.isRegistry(hadoop, config.registry())) {
      context
          .progress()
          .message("note: " + config.registry() + " is no registry yet: it begins here");
    }
    if (!start.hasFresh(plan)) {
      return nothing(start, List.of(FreshText.NONE), plan);
    }
    Map<String, String> stamps = LookStep.stamps(hadoop, plan.take());
    Map<String, PartitionContent> contents = night.timed("look", () -> LookStep.run(night, plan));
    NightPlan read = start.planner().afterReading(plan, contents).orRefuse();
    List<Finding> found = read.findings();
    tell(found.subList(plan.findings().size(), found.size()).stream().map(Finding::told).toList());
    if (read.isEmpty()) {
      return nothing(start, read.told(), read);
    }
    int champion = start.champion();
    Dataset dataset = night.timed("prepare", () -> PrepareStep.run(night, read, champion));
    LookStep.checkSame(night, read, stamps);
    NightText text = PrepareStep.text(dataset);
    Night.Drift drift =
        champion == 0
            ? null
            : night.timed("drift", () -> DriftStep.run(night, start, read, dataset));
    Read all = new Read(read, contents, dataset, text, drift);
    if (champion == 0) {
      return trained(start, all, null);
    }
    FreshText fresh = FreshText.of(night, start, read, dataset);
    if (fresh.partitions().isEmpty()) {
      return nothing(start, List.of(FreshText.NONE), read);
    }
    Optional<Waiting> waiting = CarriedStep.waiting(start.state());
    if (waiting.isPresent()) {
      GateResult gate =
          night.timed("again", () -> CarriedStep.run(night, start, fresh, waiting.get()));
      if (gate != null && DecideStep.promotes(gate)) {
        return again(start, all, waiting.get().version(), gate, fresh);
      }
    }
    // What became of the one that came again is in the state by now.
    return trained(NightStart.of(registry, config, date), all, fresh);
  }

  /** The night's text, and what is known of it before it is trained on. */
  private record Read(
      NightPlan plan,
      Map<String, PartitionContent> contents,
      Dataset dataset,
      NightText text,
      Night.Drift drift) {}

  /** One that came again is the champion: its text of tonight is the next night's. */
  private RetrainResult again(
      NightStart start, Read read, int version, GateResult gate, FreshText fresh) throws Exception {
    NightFindings findings = new NightFindings(read.drift(), null, null);
    night.timed(
        "report",
        () ->
            ReportStep.run(
                night, start.state(), read.plan(), read.text(), gate, version, findings));
    night.timed("decide", () -> DecideStep.promoteAgain(night, start, version, gate, fresh));
    return ended(start, read, version, gate, findings);
  }

  /**
   * The night's own challenger.
   *
   * @param fresh null where there is no champion
   */
  private RetrainResult trained(NightStart start, Read read, FreshText fresh) throws Exception {
    Dataset dataset = read.dataset();
    night.timed("train", () -> TrainStep.run(night, start));
    List<ScoredDocument> scored =
        fresh == null
            ? List.of()
            : night.timed("contest", () -> ContestStep.score(night, start, fresh, night.run()));
    GateResult gate =
        fresh == null ? null : ContestStep.decide(night, start, night.night(), scored, null);
    boolean compared = fresh != null && fresh.dataset() != null;
    Dataset held = compared ? fresh.dataset() : dataset;
    Night.Ngrams ngrams =
        !config.steps().count()
            ? null
            : night.timed(
                "count",
                () -> {
                  String counts = CountStep.run(night, start, read.plan(), dataset);
                  return BaselineStep.run(
                      night, start, held, counts, compared ? scored : List.of());
                });
    Night.Samples samples =
        !config.steps().samples()
            ? null
            : night.timed("samples", () -> SampleStep.run(night, start, dataset));
    NightFindings findings = new NightFindings(read.drift(), ngrams, samples);
    night.timed(
        "report",
        () -> ReportStep.run(night, start.state(), read.plan(), read.text(), gate, 0, findings));
    int version =
        night.timed(
            "decide",
            () ->
                DecideStep.run(night, start, read.plan(), read.contents(), gate, fresh, findings));
    return ended(start, read, version, gate, findings);
  }

  private RetrainResult ended(
      NightStart start, Read read, int version, GateResult gate, NightFindings findings)
      throws Exception {
    Figures.set(Figure.NIGHT_PROMOTED, DecideStep.promotes(gate) ? 1 : 0);
    Figures.set(Figure.NIGHT_GAIN, gate == null || gate.gain() == null ? Double.NaN : gate.gain());
    RetrainResult result =
        new RetrainResult(
            night.night(),
            DecideStep.promotes(gate) ? Verdict.PROMOTED : Verdict.KEPT,
            DecideStep.reasons(night, start.state(), gate),
            version,
            start.registry().state().champion(),
            false,
            begins(start.state(), night.night()),
            read.plan(),
            read.text(),
            gate == null ? null : Json.tree(gate),
            findings.drift(),
            findings.ngrams(),
            findings.samples(),
            night.path(),
            night.report(),
            night.seconds());
    prune(start.registry());
    return result;
  }

  /** The night is decided, whatever becomes of this. */
  private void prune(Registry registry) throws Exception {
    try {
      night.timed("prune", () -> PruneStep.run(night, registry));
    } catch (IOException | UserException e) {
      context
          .progress()
          .message("note: what is old was not removed, the next night does it: " + e.getMessage());
    }
  }

  private void tell(List<String> sentences) {
    sentences.forEach(one -> context.progress().message("note: " + one));
  }

  /** Whether a night, which makes a version, is the first of its registry. */
  static boolean begins(RegistryState state, String night) {
    return state.versions().isEmpty() || night.equals(state.versions().get(0).night());
  }

  private RetrainResult decided(NightStart start, Decision decision) {
    return told(
        start,
        decision.what() == Outcome.PROMOTED ? Verdict.PROMOTED : Verdict.KEPT,
        decision.reasons(),
        decision.version(),
        true,
        null);
  }

  /** Where there is nothing to train on. */
  private RetrainResult nothing(NightStart start, List<String> reasons, NightPlan plan) {
    return told(start, Verdict.KEPT, reasons, 0, false, plan);
  }

  /** Of a night that trained nothing here. */
  private RetrainResult told(
      NightStart start,
      Verdict verdict,
      List<String> reasons,
      int version,
      boolean again,
      NightPlan plan) {
    return new RetrainResult(
        night.night(),
        verdict,
        reasons,
        version,
        start.champion(),
        again,
        again && begins(start.state(), night.night()),
        plan,
        null,
        null,
        null,
        null,
        null,
        night.path(),
        null,
        night.seconds());
  }
}
