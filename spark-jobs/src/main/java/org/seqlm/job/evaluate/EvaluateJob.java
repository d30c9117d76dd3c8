package org.seqlm.job.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.file.SideText;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.lm.Score;
import org.seqlm.lm.Spelling;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.MinimalPair;
import org.seqlm.metrics.ModelScore;
import org.seqlm.metrics.PairScore;
import org.seqlm.spark.models.ModelSupplier;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.scoring.PairStep;
import org.seqlm.spark.scoring.ScoringStep;
import org.seqlm.spark.scoring.TextScoring;
import org.seqlm.spark.scoring.VocabularyMapping;

/** Scores models on a split; {@code evaluate} and {@code quickstart} share it. */
public final class EvaluateJob {
  private EvaluateJob() {}

  /**
   * Runs the job.
   *
   * @param floor the source's entropy, null for a real corpus
   */
  public static Evaluation run(EvaluateConfig config, JobContext context, Evaluation.Floor floor)
      throws IOException {
    return run(config, context, ScoringInputs.dataset(context.hadoop(), config.input()), floor);
  }

  /**
   * The same of an input that has been looked at.
   *
   * @param dataset null where it is text
   */
  static Evaluation run(
      EvaluateConfig config, JobContext context, Dataset dataset, Evaluation.Floor floor)
      throws IOException {
    Configuration hadoop = context.hadoop();
    if (config.output() != null) {
      OutputCheck.folder(hadoop, config.output(), context.overwrite());
    }
    if (dataset == null) {
      return onText(config, context);
    }
    ScoringInputs.OnSplit opened = open(config, hadoop, dataset);
    SplitStatistics split = opened.statistics();
    List<PathModel> models = opened.models();
    models.forEach(model -> model.tell(context.progress()));
    long maxTokens = opened.tokens();
    List<MinimalPair> pairs =
        config.pairs() == null ? List.of() : readPairs(hadoop, config.pairs());
    Map<String, String> inputs = inputs(config, models);
    inputs.put("dataset", dataset.artifact().manifest().fingerprint());
    double characters = (double) split.characters() * maxTokens / split.tokens();

    List<ModelScore> scores = new ArrayList<>();
    List<PairScore> pairScores = new ArrayList<>();
    context.progress().stage("evaluate", maxTokens * models.size(), "tokens");
    for (int i = 0; i < models.size(); i++) {
      PathModel model = models.get(i);
      String name = config.names().get(i);
      context.describe("evaluate " + name);
      ModelSupplier supplier = model.supplier(context.sparkContext());
      VocabularyMapping mapping = VocabularyMapping.of(dataset.vocabulary(), model.vocabulary());
      ScoringStep.Result result =
          ScoringStep.score(
              context.sparkContext(), dataset, config.split(), maxTokens, supplier, mapping);
      // The dataset's own unknown words are known for the whole split: a part of it takes its
      // share.
      double share = (double) maxTokens / split.tokens();
      double spelling =
          share * Spelling.nats(split.unknown(), split.unknownBytes())
              + Spelling.nats(result.lackingWords(), result.lackingBytes());
      scores.add(modelScore(name, model, result.score(), spelling, characters));
      if (!pairs.isEmpty()) {
        pairScores.addAll(
            PairStep.score(
                context.sparkContext(), name, pairs, model.rules(), model.vocabulary(), supplier));
      }
      context.progress().update(maxTokens * (i + 1), name);
    }
    Evaluation evaluation =
        new Evaluation(
            config.inputName(),
            Json.name(config.split()),
            maxTokens,
            Math.round(characters),
            scores,
            pairScores,
            floor,
            notes(scores, split.unknown() > 0));
    keep(config, context, inputs, evaluation);
    return evaluation;
  }

  /** Opens what a dataset is scored with. */
  static ScoringInputs.OnSplit open(EvaluateConfig config, Configuration hadoop, Dataset dataset)
      throws IOException {
    return ScoringInputs.onSplit(
        hadoop,
        dataset,
        config.split(),
        config.maxTokens(),
        config.models(),
        "evaluate it on a dataset prepared with its tokeniser, and compare bits a character");
  }

  /** Fingerprints of the models, for the manifest. */
  private static Map<String, String> inputs(EvaluateConfig config, List<PathModel> models) {
    Map<String, String> inputs = new HashMap<>();
    for (int i = 0; i < models.size(); i++) {
      inputs.put("model " + config.models().get(i), models.get(i).fingerprint());
    }
    return inputs;
  }

  /** Plain text is cut by each model's own rules; nothing of it is kept. */
  private static Evaluation onText(EvaluateConfig config, JobContext context) throws IOException {
    Configuration hadoop = context.hadoop();
    if (config.maxTokens() > 0) {
      throw UserException.configuration(
          "max-tokens takes the first tokens of a dataset's split, but "
              + config.inputName()
              + " is plain text: leave it out, or prepare a dataset");
    }
    CorpusPlan plan = CorpusPlan.of(hadoop, config.input());
    List<MinimalPair> pairs =
        config.pairs() == null ? List.of() : readPairs(hadoop, config.pairs());
    List<ModelScore> scores = new ArrayList<>();
    List<PairScore> pairScores = new ArrayList<>();
    long tokens = 0;
    long characters = 0;
    boolean unknown = false;
    List<PathModel> models = ScoringInputs.open(hadoop, config.models());
    models.forEach(model -> model.tell(context.progress()));
    Map<String, String> inputs = inputs(config, models);
    for (int i = 0; i < models.size(); i++) {
      PathModel model = models.get(i);
      String name = config.names().get(i);
      ModelSupplier supplier = model.supplier(context.sparkContext());
      TextScoring.Result result =
          TextScoring.score(
              context.sparkContext(),
              plan,
              config.input(),
              List.of(new TextScoring.Scorer(model.rules(), supplier)),
              null,
              context.progress());
      inputs.put("corpus", result.fingerprint());
      TextScoring.OfModel of = result.models().get(0);
      double spelling = Spelling.nats(of.score().unknown(), of.unknownBytes());
      scores.add(modelScore(name, model, of.score(), spelling, (double) of.characters()));
      tokens = i == 0 ? of.score().tokens() : tokens;
      characters = i == 0 ? of.characters() : characters;
      unknown |= of.score().unknown() > 0;
      if (!pairs.isEmpty()) {
        pairScores.addAll(
            PairStep.score(
                context.sparkContext(), name, pairs, model.rules(), model.vocabulary(), supplier));
      }
    }
    Evaluation evaluation =
        new Evaluation(
            config.inputName(),
            Evaluation.TEXT,
            tokens,
            characters,
            scores,
            pairScores,
            null,
            notes(scores, unknown));
    keep(config, context, inputs, evaluation);
    return evaluation;
  }

  private static void keep(
      EvaluateConfig config, JobContext context, Map<String, String> inputs, Evaluation evaluation)
      throws IOException {
    if (config.output() != null) {
      try (ArtifactWriter out =
          ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite())) {
        out.write("evaluation.json", Json.pretty(evaluation));
        out.publish(
            Manifest.of(
                ArtifactKind.EVALUATION,
                inputs,
                config,
                config.seed(),
                Map.of("models", config.names(), "split", evaluation.split())));
      }
    }
  }

  private static ModelScore modelScore(
      String name, PathModel model, Score score, double spelling, double characters) {
    boolean finite = score.zeroProbability() == 0;
    return new ModelScore(
        name,
        model.kind(),
        model.vocabulary().fingerprint(),
        score.tokens(),
        score.unknown(),
        score.zeroProbability(),
        finite ? score.nats() : null,
        finite ? score.natsPerToken() : null,
        finite ? score.bitsPerToken() : null,
        finite ? score.perplexity() : null,
        finite ? (score.nats() + spelling) / Math.log(2) / characters : null,
        finite(score.perplexityWithoutUnknown()),
        orders(score));
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static List<ModelScore.OrderHits> orders(Score score) {
    List<ModelScore.OrderHits> orders = new ArrayList<>();
    for (int i = 0; i < score.orders().size(); i++) {
      Score.Hits hits = score.orders().get(i);
      orders.add(
          new ModelScore.OrderHits(
              i + 1,
              hits.tokens(),
              (double) hits.tokens() / score.tokens(),
              finite(hits.nats() / hits.tokens() / Math.log(2))));
    }
    return orders;
  }

  private static List<String> notes(List<ModelScore> scores, boolean unknown) {
    List<String> notes = new ArrayList<>();
    Set<String> vocabularies = new LinkedHashSet<>();
    Set<Long> tokens = new LinkedHashSet<>();
    boolean zeros = false;
    for (ModelScore score : scores) {
      vocabularies.add(score.vocabulary());
      tokens.add(score.tokens());
      zeros |= score.zeroProbability() > 0;
    }
    if (vocabularies.size() > 1) {
      notes.add(
          "The models have different vocabularies: compare bits a character, not perplexities.");
    }
    if (tokens.size() > 1) {
      notes.add(
          "The models score different tokens (a model of an unbroken stream has no line ends):"
              + " compare perplexities only between models of the same token count.");
    }
    if (zeros) {
      notes.add(
          "A model that gives some token the probability zero has an infinite cross-entropy: it"
              + " shows none.");
    }
    if (scores.stream().anyMatch(score -> score.kind().endsWith("stupid-backoff"))) {
      notes.add(
          "Stupid back-off gives scores that do not sum to 1: its perplexity compares with no"
              + " other model's.");
    }
    if (unknown || vocabularies.size() > 1) {
      notes.add(
          "Bits a character charge an unknown token -log p(<unk>) and its spelling under a fixed"
              + " character model, uniform over 256 bytes and an end sign.");
    }
    return notes;
  }

  private static List<MinimalPair> readPairs(Configuration hadoop, String file) throws IOException {
    List<MinimalPair> pairs = new ArrayList<>();
    long[] number = {0};
    try {
      SideText.read(
          hadoop,
          "--pairs",
          file,
          in -> {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
              number[0]++;
              if (!line.isBlank()) {
                MinimalPair pair = Json.mapper().readValue(line, MinimalPair.class);
                if (pair == null) {
                  throw badPair(file, number[0], "it is null", null);
                }
                pairs.add(pair);
              }
            }
            return pairs;
          });
    } catch (JsonProcessingException e) {
      String what =
          e.getCause() instanceof UserException user
              ? String.join(", ", user.problems())
              : e.getOriginalMessage().lines().findFirst().orElse("it is no JSON");
      throw badPair(file, number[0], what, e);
    }
    return pairs;
  }

  private static UserException badPair(String file, long line, String what, Exception cause) {
    return UserException.data(
        "--pairs "
            + file
            + ", line "
            + line
            + ": "
            + what
            + "; each line must be {\"group\":…,\"prefix\":…,\"right\":…,\"wrong\":…}",
        cause);
  }

  /** The result as the user reads it. */
  public static String table(Evaluation result) {
    TextTable table =
        new TextTable(
            "model",
            "kind",
            "tokens",
            "oov",
            "nats/token",
            "bits/token",
            "perplexity",
            "ppl w/o oov",
            "bits/char");
    for (ModelScore score : result.models()) {
      table.row(
          score.name(),
          score.kind(),
          String.format(Locale.ROOT, "%,d", score.tokens()),
          String.format(
              Locale.ROOT, "%.2f%%", 100.0 * score.unknown() / Math.max(1, score.tokens())),
          number("%.4f", score.natsPerToken()),
          number("%.4f", score.bitsPerToken()),
          score.perplexity() == null
              ? "infinite ("
                  + String.format(Locale.ROOT, "%,d", score.zeroProbability())
                  + " excluded)"
              : String.format(Locale.ROOT, "%.4f", score.perplexity()),
          number("%.4f", score.perplexityWithoutUnknown()),
          number("%.4f", score.bitsPerCharacter()));
    }
    if (result.floor() != null) {
      Evaluation.Floor floor = result.floor();
      table.row(
          "the source itself",
          "true distribution, on this text",
          "",
          "",
          number("%.4f", floor.bitsPerTokenOnSplit() * Math.log(2)),
          number("%.4f", floor.bitsPerTokenOnSplit()),
          number("%.4f", Math.pow(2, floor.bitsPerTokenOnSplit())),
          "",
          number("%.4f", floor.bitsPerCharacterOnSplit()));
      table.row(
          "",
          "exact entropy",
          "",
          "",
          number("%.4f", floor.bitsPerToken() * Math.log(2)),
          number("%.4f", floor.bitsPerToken()),
          number("%.4f", Math.pow(2, floor.bitsPerToken())),
          "",
          number("%.4f", floor.bitsPerCharacter()));
    }
    StringBuilder text = new StringBuilder(table.toString());
    TextTable orders = new TextTable("model", "n-gram", "tokens", "share", "bits/token");
    boolean any = false;
    for (ModelScore score : result.models()) {
      for (ModelScore.OrderHits hits : score.orders()) {
        any = true;
        orders.row(
            score.name(),
            Integer.toString(hits.order()),
            String.format(Locale.ROOT, "%,d", hits.tokens()),
            String.format(Locale.ROOT, "%.2f%%", 100 * hits.share()),
            number("%.4f", hits.bitsPerToken()));
      }
    }
    if (any) {
      text.append("by the order of the n-gram that a probability comes from:\n").append(orders);
    }
    result.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    return text.toString();
  }

  private static String number(String format, Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }
}
