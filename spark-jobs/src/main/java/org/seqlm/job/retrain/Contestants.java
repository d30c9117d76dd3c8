package org.seqlm.job.retrain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DocumentLabels;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.gate.DocumentSet;
import org.seqlm.gate.ScoredDocument;
import org.seqlm.gate.SliceGuard;
import org.seqlm.job.cli.JobContext;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.scoring.DocumentStep;
import org.seqlm.spark.scoring.VocabularyMapping;

/**
 * Champion and challenger, and what they make of held-out documents. A document's characters are
 * its tokens times the mean characters of a token of its split: the same for both models, so that
 * they only set the unit that gains are told in.
 */
final class Contestants {
  /** Tokens from which a document is of medium length, and long. */
  private static final int MEDIUM = 100;

  private static final int LONG = 1000;

  /** The slice of documents that have no such field. */
  private static final String NONE = "(none)";

  private final JobContext context;
  private final List<PathModel> models = new ArrayList<>();

  /**
   * @param models champion and challenger, or whatever else is to be scored
   */
  Contestants(JobContext context, List<String> models) throws IOException {
    this.context = context;
    for (String model : models) {
      this.models.add(PathModel.open(context.hadoop(), model));
    }
  }

  /** What a model is, for people. */
  String name(int model) {
    return models.get(model).kind();
  }

  /** What all models make of the documents of a dataset's test split. */
  List<DocumentStep.DocumentBits> bits(Dataset dataset) throws IOException {
    List<DocumentStep.Contestant> contestants = new ArrayList<>();
    for (PathModel model : models) {
      contestants.add(
          new DocumentStep.Contestant(
              model.supplier(context.sparkContext()),
              VocabularyMapping.of(dataset.vocabulary(), model.vocabulary())));
    }
    return DocumentStep.score(
        context.sparkContext(), dataset, Split.TEST, Long.MAX_VALUE, contestants);
  }

  /** Fields of records that make slices. */
  static List<String> fields(SliceGuard slices) {
    return slices.by().stream().filter(label -> !label.equals(SliceGuard.LENGTH)).toList();
  }

  /**
   * What the first two make of them, as the gate takes it.
   *
   * @param by labels that make slices; the dataset has those that are not the length
   */
  List<ScoredDocument> score(Dataset dataset, DocumentSet set, List<String> by) throws IOException {
    SplitStatistics test = dataset.details().splits().get(Split.TEST);
    if (test.tokens() == 0) {
      return List.of();
    }
    double characters = (double) test.characters() / test.tokens();
    List<DocumentLabels> labels = DocumentLabels.of(dataset);
    List<String> names = dataset.details().labels();
    List<DocumentStep.DocumentBits> bits = bits(dataset);
    // What a split begins with may go on from a document whose beginning was left out, as bad.
    int unmarked = labels == null ? bits.size() : bits.size() - labels.size();
    List<ScoredDocument> documents = new ArrayList<>();
    for (int i = 0; i < bits.size(); i++) {
      DocumentStep.DocumentBits one = bits.get(i);
      DocumentLabels of = i < unmarked ? null : labels.get(i - unmarked);
      Map<String, String> slices = new HashMap<>();
      for (String label : by) {
        String value =
            label.equals(SliceGuard.LENGTH)
                ? length(one.tokens())
                : of == null ? null : of.values().get(names.indexOf(label));
        slices.put(label, Objects.requireNonNullElse(value, NONE));
      }
      documents.add(
          new ScoredDocument(
              Long.toString(one.start()),
              of == null ? null : of.cluster(),
              set,
              one.bits(0),
              one.bits(1),
              Math.max(1, Math.round(one.tokens() * characters)),
              one.tokens(),
              slices));
    }
    return documents;
  }

  private static String length(long tokens) {
    return tokens < MEDIUM ? "short" : tokens < LONG ? "medium" : "long";
  }
}
