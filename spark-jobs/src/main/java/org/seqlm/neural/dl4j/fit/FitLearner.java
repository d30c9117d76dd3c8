package org.seqlm.neural.dl4j.fit;

import java.util.Iterator;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.dl4j.device.EngineSettings;
import org.seqlm.neural.dl4j.layers.TorchRecurrentLayer;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.RawFloats;
import org.seqlm.neural.learner.RoundAccount;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.torch.device.TorchThreads;

/**
 * Trains any network of Deeplearning4j's by its own {@code fit}: its updaters, schedules,
 * regularisation, gradient normalisation and truncation. Counts examples; parameters and moments
 * are in the network's own order.
 *
 * <p>ND4J's generator of random numbers belongs to the thread; it is seeded for each round, so that
 * dropout is a function of the plan, too. Its loop and its account are its own: a round is whatever
 * minibatches there are, also those after a rejection are counted, and what it tells is a score of
 * examples, not a loss of tokens.
 *
 * @param <S> a minibatch
 */
final class FitLearner<S> implements Learner<S> {
  private final FittedNetwork<S> network;
  private final MinibatchHook<S> hook;
  private final float[] initialMoments;
  private final boolean onTorch;

  FitLearner(FittedNetwork<S> network, MinibatchHook<S> hook) {
    EngineSettings.apply();
    this.network = network;
    this.hook = hook;
    initialMoments = network.moments();
    // By name wherever they are, also within layers that wrap others.
    onTorch = network.json().contains(TorchRecurrentLayer.class.getPackageName());
  }

  @Override
  public WorkerResult run(
      float[] parameters, WorkerState state, Iterator<S> steps, RoundPlan plan) {
    if (onTorch) {
      TorchThreads.one();
    }
    network.setParameters(parameters);
    network.setMoments(plan.beginsAfresh(state) ? initialMoments : state.moments());
    network.setCounts(Math.toIntExact(plan.firstStep()), plan.epoch());
    Nd4j.getRandom()
        .setSeed(KeyedRandom.of(plan.seed(), "dl4j", plan.worker(), plan.firstStep()).bits(0));
    double sum = 0;
    long examples = 0;
    int done = 0;
    String rejected = null;
    while (steps.hasNext()) {
      S minibatch = steps.next();
      examples += network.examples(minibatch);
      if (rejected != null) {
        continue; // counted, as given and not trained
      }
      hook.before(minibatch, network.model());
      network.fit(minibatch);
      hook.after(minibatch, network.model());
      done++;
      double loss = network.model().score();
      sum += loss * network.examples(minibatch);
      if (!Double.isFinite(loss)) {
        rejected = "the score is " + loss + " at iteration " + (plan.firstStep() + done);
      }
    }
    double mean = examples == 0 ? 0 : sum / examples;
    if (rejected == null && mean > plan.lossBound()) {
      rejected = "the mean score is above its bound";
    }
    float[] result = network.parameters();
    if (rejected == null && !RawFloats.allFinite(result)) {
      rejected = "a parameter is not finite";
    }
    float[] moments = plan.moments() == InnerMoments.RESET ? new float[0] : network.moments();
    if (rejected == null) {
      rejected = RoundAccount.problem(moments);
    }
    long after = plan.firstStep() + done;
    if (rejected != null) {
      return WorkerResult.rejected(after, examples, mean, rejected);
    }
    WorkerState next = new WorkerState(after, after, moments, new float[0]);
    return new WorkerResult(result, next, sum, examples, 0, mean, null);
  }

  @Override
  public KernelChoice kernels() {
    return EngineSettings.kernels();
  }

  @Override
  public Integer gpu() {
    return EngineSettings.gpu();
  }
}
