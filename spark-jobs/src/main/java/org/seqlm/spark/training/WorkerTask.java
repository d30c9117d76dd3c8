package org.seqlm.spark.training;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.InterruptibleIterator;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.Kernels;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.torch.device.GpuUse;
import org.seqlm.neural.torch.device.LostGpu;
import org.seqlm.spark.task.Placement;
import org.seqlm.spark.task.Refusal;
import org.seqlm.spark.task.TaskGpu;
import org.seqlm.spark.watch.JobNames;
import scala.Tuple2;
import scala.collection.JavaConverters;

/**
 * What a worker's task does in a round: comes by its state, trains its steps with a learner, keeps
 * the state, and sends its report and the stripes of its result, keyed by {@link RoundPart#key}.
 *
 * @param shared what every worker begins with
 * @param learners make what trains
 * @param states where workers keep theirs, or null to begin afresh
 * @param repeat the steps of earlier rounds; null if every round keeps its states in files
 * @param past the workers' states
 * @param planner of the round
 * @param keep whether the state after it goes into a file
 * @param overlap whether workers go on from what they moved last, and send what they moved
 * @param stripeValues of every stripe but the last of each kind
 * @param <S> one step's data
 */
record WorkerTask<S>(
    Broadcast<SharedModel> shared,
    Learner.Factory<S> learners,
    WorkerStates states,
    Steps<S> repeat,
    PastRounds past,
    AveragingRound.Planner planner,
    AveragingRound.Keep keep,
    Averaging.Overlap overlap,
    int stripeValues)
    implements Serializable {
  private static final IdleLearners LEARNERS = new IdleLearners();

  /**
   * A round of a worker.
   *
   * @param own the state that it keeps
   * @param moved Δ where the average is delayed, else empty
   * @param kernels what computed it
   * @param gpu what its GPU was at; null on a CPU, and where nobody tells
   * @param waited seconds for that GPU
   */
  private record Trained(
      WorkerResult result,
      WorkerState own,
      float[] moved,
      KernelChoice kernels,
      GpuUse gpu,
      double waited) {}

  Iterator<Tuple2<Long, RoundPart>> run(int worker, Iterator<S> steps) {
    JobNames.worker(worker);
    try {
      Kernels.pin(learners.kernels());
      return train(worker, steps);
    } catch (UserException e) {
      RoundPart refusal = RoundPart.refusal(worker, Refusal.encode(e));
      return List.of(new Tuple2<>(refusal.key(), refusal)).iterator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Iterator<Tuple2<Long, RoundPart>> train(int worker, Iterator<S> steps)
      throws IOException {
    RoundPlan plan = planner.plan(worker);
    WorkerTimes.Clock clock = new WorkerTimes.Clock();
    SharedModel model = shared.value();
    clock.broadcast();
    WorkerState before = state(worker, plan);
    clock.read();
    Trained trained = train(model, before, steps, plan);
    clock.compute(trained.waited());
    WorkerResult result = trained.result();
    StateFile file = null;
    if (TaskContext.get().isInterrupted()) {
      // Of a round that was begun ahead and thrown away: nobody counts its files.
      throw new TaskKilledException("the round was cancelled");
    }
    if (states != null && keep == AveragingRound.Keep.FILES) {
      file = states.write(plan.round(), worker, TaskContext.get().taskAttemptId(), trained.own());
    } else if (states != null) {
      states.remember(plan.round(), worker, trained.own());
    }
    clock.write();
    WorkerReport report =
        new WorkerReport(
            worker,
            file,
            result.state().step(),
            result.state().updates(),
            result.nats(),
            result.tokens(),
            result.skipped(),
            Double.isFinite(result.loss()) ? result.loss() : null,
            result.rejected(),
            result.gradients(),
            trained.kernels().chosen(),
            Placement.location(),
            clock.times(),
            trained.gpu());
    RoundPart first = RoundPart.report(worker, report.encode());
    // A partition without steps has nothing to say.
    if (result.rejected() != null || result.tokens() == 0) {
      return List.of(new Tuple2<>(first.key(), first)).iterator();
    }
    float[] moments =
        plan.moments() == InnerMoments.AVERAGED ? result.state().moments() : new float[0];
    float[] sent = overlap == Averaging.Overlap.NONE ? result.parameters() : trained.moved();
    int ofParameters = Stripes.count(sent.length, stripeValues);
    // Lazily: a part is a view, and goes straight into the shuffle's file.
    return IntStream.range(-1, ofParameters + Stripes.count(moments.length, stripeValues))
        .mapToObj(
            stripe -> {
              RoundPart part =
                  stripe < 0
                      ? first
                      : stripe < ofParameters
                          ? part(stripe, worker, result, sent, stripe)
                          : part(stripe, worker, result, moments, stripe - ofParameters);
              return new Tuple2<>(part.key(), part);
            })
        .iterator();
  }

  private RoundPart part(int stripe, int worker, WorkerResult result, float[] values, int place) {
    int from = place * stripeValues;
    int to = (int) Math.min(values.length, (long) from + stripeValues);
    return RoundPart.stripe(stripe, worker, result.weight(), values, from, to);
  }

  /** The state to begin with: remembered, read, or trained again from the last one in a file. */
  private WorkerState state(int worker, RoundPlan plan) throws IOException {
    if (states == null) {
      return WorkerState.FRESH;
    }
    WorkerState state = past.since().isEmpty() ? null : states.remembered(plan.round() - 1, worker);
    if (state == null) {
      state =
          past.states().isEmpty()
              ? WorkerState.FRESH
              : states.read(worker, past.states().get(worker));
      for (PastRounds.Round round : past.since()) {
        RoundPlan again = round.planner().plan(worker);
        state = train(states.readShared(round.shared()), state, repeat.of(again), again).own();
      }
    }
    if (state.step() != plan.firstStep()) {
      throw new IllegalStateException(
          "worker "
              + worker
              + " has a state of step "
              + state.step()
              + ", but round "
              + plan.round()
              + " begins at step "
              + plan.firstStep());
    }
    return state;
  }

  /** A worker's own state: averaged moments are everybody's. */
  private static WorkerState own(WorkerState state, RoundPlan plan) {
    return plan.moments() == InnerMoments.AVERAGED
        ? new WorkerState(state.step(), 0, new float[0], state.hidden())
        : state;
  }

  /** A round that is thrown away is not trained to its end: who asks whether there is more dies. */
  static <S> Iterator<S> untilKilled(TaskContext task, Iterator<S> steps) {
    return JavaConverters.asJavaIterator(
        new InterruptibleIterator<>(task, JavaConverters.asScalaIterator(steps)));
  }

  /** A learner that threw is in an unknown state and is not used again. */
  private Trained train(SharedModel model, WorkerState own, Iterator<S> steps, RoundPlan plan) {
    WorkerState state =
        plan.moments() == InnerMoments.AVERAGED
            ? new WorkerState(own.step(), model.updates(), model.moments(), own.hidden())
            : own;
    boolean delayed = overlap == Averaging.Overlap.ONE_ROUND;
    float[] beginning = delayed ? own.beginning(model.parameters()) : model.parameters();
    Learner<S> learner = LEARNERS.take(learners);
    try (TaskGpu gpu = TaskGpu.lent();
        GpuUse.Wanted wanted = GpuUse.wanted(learner.gpu())) {
      WorkerResult result =
          learner.run(beginning, state, untilKilled(TaskContext.get(), steps), plan);
      KernelChoice kernels = learner.kernels();
      Kernels.check(learners.kernels(), kernels);
      GpuUse use = wanted.use(learner.gpu());
      double waited = learner.waited();
      // From here on it is another task's.
      LEARNERS.giveBack(learners, learner);
      float[] moved =
          delayed && result.rejected() == null
              ? WorkerState.moved(result.parameters(), beginning)
              : new float[0];
      return new Trained(
          result, own(result.state(), plan).withMoved(moved), moved, kernels, use, waited);
    } catch (LostGpu e) {
      throw TaskGpu.lost(e);
    }
  }
}
