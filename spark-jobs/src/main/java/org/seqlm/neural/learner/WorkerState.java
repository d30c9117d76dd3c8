package org.seqlm.neural.learner;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.seqlm.neural.ParameterLayout;

/**
 * What a worker keeps from round to round, beside the parameters that all share: the moments of its
 * optimiser, the hidden state at the end of its last window, and how far it is. Immutable by
 * convention: nobody changes the arrays.
 *
 * <p>As a file: the magic number {@code SQWS}, a version, three counts and two lengths big-endian,
 * then both arrays as little-endian float32.
 */
public final class WorkerState {
  private static final int MAGIC = 0x53515753;
  private static final int VERSION = 1;

  /** A worker that has not begun. */
  public static final WorkerState FRESH = new WorkerState(0, 0, new float[0], new float[0]);

  private final long step;
  private final long updates;
  private final float[] moments;
  private final float[] hidden;

  /**
   * @param step the cursor: steps of the run that are over, trained or skipped
   * @param updates of the moments since they were zero; drives Adam's bias correction
   * @param moments (moments a parameter, parameters) in the order of {@link ParameterLayout}; empty
   *     means zero
   * @param hidden (layers, states a cell, batch, hidden), for an LSTM h then c; empty means zero
   */
  public WorkerState(long step, long updates, float[] moments, float[] hidden) {
    this.step = step;
    this.updates = updates;
    this.moments = moments;
    this.hidden = hidden;
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

  /** Writes the file's content. */
  public void writeTo(OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeLong(step);
    out.writeLong(updates);
    out.writeInt(moments.length);
    out.writeInt(hidden.length);
    RawFloats.write(out, moments);
    RawFloats.write(out, hidden);
    out.flush();
  }

  /**
   * Reads a file's content, to its end.
   *
   * @throws IOException if it is none
   */
  public static WorkerState read(InputStream content) throws IOException {
    DataInputStream in = new DataInputStream(content);
    if (in.readInt() != MAGIC || in.readInt() != VERSION) {
      throw new IOException("no worker state of version " + VERSION);
    }
    long step = in.readLong();
    long updates = in.readLong();
    int moments = in.readInt();
    int hidden = in.readInt();
    if (moments < 0 || hidden < 0) {
      throw new IOException("the worker state is damaged");
    }
    WorkerState state =
        new WorkerState(step, updates, RawFloats.read(in, moments), RawFloats.read(in, hidden));
    if (in.read() >= 0) {
      throw new IOException("the worker state is longer than it says");
    }
    return state;
  }
}
