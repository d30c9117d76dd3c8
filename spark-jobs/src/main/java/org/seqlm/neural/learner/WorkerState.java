package org.seqlm.neural.learner;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.seqlm.neural.network.ParameterLayout;

/**
 * What a worker keeps from round to round, beside the parameters that all share: the moments of its
 * optimiser, the hidden state at the end of its last window, how far it is, and where averages are
 * delayed, what it moved in its last round. Immutable by convention: nobody changes the arrays.
 *
 * <p>As a file: the magic number {@code SQWS}, a version, two counts and two lengths big-endian,
 * then both arrays as little-endian float32. Version 2, written where there is something to write,
 * has a third length and after the others the array of what moved.
 */
public final class WorkerState {
  private static final int MAGIC = 0x53515753;
  private static final int VERSION = 1;
  private static final int WITH_MOVED = 2;

  /** A worker that has not begun. */
  public static final WorkerState FRESH = new WorkerState(0, 0, new float[0], new float[0]);

  private final long step;
  private final long updates;
  private final float[] moments;
  private final float[] hidden;
  private final float[] moved;

  /** A state of a worker that begins each round with what all have. */
  public WorkerState(long step, long updates, float[] moments, float[] hidden) {
    this(step, updates, moments, hidden, new float[0]);
  }

  /**
   * @param step the cursor: steps of the run that are over, trained or skipped
   * @param updates of the moments since they were zero; drives Adam's bias correction
   * @param moments (moments a parameter, parameters) in the order of {@link ParameterLayout}; empty
   *     means zero
   * @param hidden (layers, states a cell, batch, hidden), for an LSTM h then c; empty means zero
   * @param moved Δ, its parameters after its last round less those before it, flat; empty means
   *     zero
   */
  public WorkerState(long step, long updates, float[] moments, float[] hidden, float[] moved) {
    this.step = step;
    this.updates = updates;
    this.moments = moments;
    this.hidden = hidden;
    this.moved = moved;
  }

  public long step() {
    return step;
  }

  public long updates() {
    return updates;
  }

  public float[] moments() {
    return moments;
  }

  public float[] hidden() {
    return hidden;
  }

  public float[] moved() {
    return moved;
  }

  /** The same after a round that moved the parameters so. */
  public WorkerState withMoved(float[] now) {
    return new WorkerState(step, updates, moments, hidden, now);
  }

  /**
   * What the worker begins a round with whose average is delayed: the consensus before its last
   * round's average, and its own progress of that round, which is not in it yet.
   */
  public float[] beginning(float[] consensus) {
    return moved.length == 0 ? consensus : sum(consensus, moved);
  }

  /** x + y, element by element. */
  public static float[] sum(float[] x, float[] y) {
    float[] sum = new float[x.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = x[i] + y[i];
    }
    return sum;
  }

  /** Δ of a round: what is there after it less what was before, element by element. */
  public static float[] moved(float[] after, float[] before) {
    float[] moved = new float[after.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = after[i] - before[i];
    }
    return moved;
  }

  /** Writes the file's content. */
  public void writeTo(OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeInt(MAGIC);
    out.writeInt(moved.length == 0 ? VERSION : WITH_MOVED);
    out.writeLong(step);
    out.writeLong(updates);
    out.writeInt(moments.length);
    out.writeInt(hidden.length);
    if (moved.length > 0) {
      out.writeInt(moved.length);
    }
    RawFloats.write(out, moments);
    RawFloats.write(out, hidden);
    RawFloats.write(out, moved);
    out.flush();
  }

  /**
   * Reads a file's content, to its end.
   *
   * @throws IOException if it is none
   */
  public static WorkerState read(InputStream content) throws IOException {
    DataInputStream in = new DataInputStream(content);
    int magic = in.readInt();
    int version = in.readInt();
    if (magic != MAGIC || version < VERSION || version > WITH_MOVED) {
      throw new IOException("no worker state of version " + VERSION + " or " + WITH_MOVED);
    }
    long step = in.readLong();
    long updates = in.readLong();
    int moments = in.readInt();
    int hidden = in.readInt();
    int moved = version == WITH_MOVED ? in.readInt() : 0;
    if (moments < 0 || hidden < 0 || moved < 0) {
      throw new IOException("the worker state is damaged");
    }
    WorkerState state =
        new WorkerState(
            step,
            updates,
            RawFloats.read(in, moments),
            RawFloats.read(in, hidden),
            RawFloats.read(in, moved));
    if (in.read() >= 0) {
      throw new IOException("the worker state is longer than it says");
    }
    return state;
  }
}
