package org.seqlm.job.train;

import java.util.List;
import java.util.Map;
import org.seqlm.metrics.Advice;
import org.seqlm.metrics.Metric;

/**
 * The result of {@code train}.
 *
 * @param output the run's folder
 * @param model the best model's folder
 * @param title for instance {@code lstm 1x128}
 * @param parameters of the network
 * @param vocabulary size; null of a network that predicts no text
 * @param rounds of averaging
 * @param steps local steps of a worker
 * @param epochs passes over the data
 * @param tokens trained, or examples, as {@code unit} says
 * @param replayed of these, those of old text; null of a run that replays none
 * @param skipped planned but not trained: because a worker's round was rejected, or left of a pass
 *     when the workers changed
 * @param leftOut units of a pass that fill no window or batch of their worker
 * @param trainLoss of the last round, in nats a token; null if this process trained none
 * @param bestRound whose model was published
 * @param validationNats of that model in nats a token, or what else it predicts; null without a
 *     validation split
 * @param validationPerplexity its exponential, of text; else null
 * @param validationBitsPerCharacter the same text's bits by its characters; else null
 * @param validationMetric the figure that the task names; null of a language model, and without a
 *     validation split
 * @param stoppedEarly whether early stopping ended it
 * @param ended why it ended, for instance {@code epochs: 3.0}, {@code patience: 5 looks} or {@code
 *     budget: 2.0 h}; null if nobody wrote it down
 * @param resumedFrom round of the checkpoint it went on from, null if it did not
 * @param kernels what computed it, each by what was asked; more than one may differ in last bits
 * @param seconds of training until the last round's end, as {@link
 *     org.seqlm.metrics.TrainingMetrics#seconds} counts them
 * @param tokensPerSecond trained by all workers in these seconds
 * @param unit what {@code tokens} counts; null, which is tokens, if nobody wrote it down
 * @param advice what to change, as far as the run's metrics tell
 */
public record TrainResult(
    String output,
    String model,
    String title,
    int parameters,
    Integer vocabulary,
    int rounds,
    long steps,
    double epochs,
    long tokens,
    Long replayed,
    long skipped,
    long leftOut,
    Double trainLoss,
    int bestRound,
    Double validationNats,
    Double validationPerplexity,
    Double validationBitsPerCharacter,
    Metric validationMetric,
    boolean stoppedEarly,
    String ended,
    Integer resumedFrom,
    List<Map<String, String>> kernels,
    double seconds,
    double tokensPerSecond,
    String unit,
    List<Advice> advice) {}
