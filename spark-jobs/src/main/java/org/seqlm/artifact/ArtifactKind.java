package org.seqlm.artifact;

/** What an artifact's folder holds; readers refuse a kind they did not expect. */
public enum ArtifactKind {
  /** Tokens of a corpus, cut into splits, with their vocabulary. */
  DATASET,
  /** Labelled examples, cut into splits: columns of ids, numbers and labels. */
  EXAMPLES,
  /** N-gram counts, statistics and what Markov models need. */
  NGRAMS,
  /** N-gram counts and a back-off model as Parquet, for other programs and for models. */
  NGRAMS_PARQUET,
  /** N-gram counts as text, laid out as in Google's Web 1T. */
  NGRAMS_TSV,
  /** A training run: configuration, metrics, checkpoints and the best model. */
  RUN,
  /** Everything a training run needs to go on. */
  CHECKPOINT,
  /** A neural language model: network, parameters, vocabulary. */
  MODEL,
  /** A neural language model as ONNX, for other programs. */
  MODEL_ONNX,
  /** The weights of a mixture of models that lie elsewhere. */
  MIXTURE,
  /** Scores of models on one split. */
  EVALUATION,
  /** Scores of each line or document of a text under one model. */
  SCORES,
  /** What a network over examples says of records, a row each. */
  PREDICTIONS,
  /** Versions of a model, one of them the champion. */
  REGISTRY,
  /** A night of retraining: what came in, and what was decided. */
  NIGHT,
  /** What a night's partitions hold, each by itself. */
  PARTITIONS,
  /** How far a night's text is from the champion's. */
  DRIFT,
  /** Text that a night's champion and challenger drew, checked. */
  SAMPLES,
  /** What was found in a corpus: tables, and what people read of them. */
  ANALYSIS,
  /** Where each word of a text stands, and its lines, to be asked by queries. */
  INDEX,
  /** The folder of a quickstart, which holds all of the others. */
  QUICKSTART;

  /** The name in messages that refuse it; what few commands take says which do. */
  public String shown() {
    return Json.name(this)
        + (this == EXAMPLES ? " (labelled examples, which seqlm train and evaluate take)" : "");
  }
}
