// SPDX-License-Identifier: Apache-2.0
//
// Drives the verilated top (Vdut) cycle by cycle. ks_dut_design.h, made with the design, gives its sizes and
// says where the trace signals are. Knows streams, not attention: what is right is decided by who called.
#include "ks_dut.h"

#include <cstdio>
#include <cstring>
#include <memory>

#include "Vdut.h"
#include "Vdut___024root.h"
#include "ks_dut_design.h"
#include "random.h"
#if KS_DUT_VCD
#include "verilated_vcd_c.h"
#endif

namespace {

// Set by $stop in the design, which Verilator calls in the thread that evaluates it.
thread_local const char *stopped_in;

struct Stalls {
  uint64_t state;
  bool percent(unsigned share) { return share && random_bits(&state) % 100 < share; }
};

// A port of up to 64 bits is an integer to Verilator, a wider one an array of 32-bit words: the same bytes.
constexpr size_t words_of(size_t bits) { return (bits + 63) / 64 * 2; }

template <size_t Bits>
struct Words {
  uint32_t word[words_of(Bits) + 1] = {};

  template <class Port>
  void load(const Port &port) {
    static_assert(sizeof port <= sizeof word, "the port is as wide as its description");
    std::memcpy(word, &port, sizeof port);
  }
  template <class Port>
  void store(Port &port) const {
    static_assert(sizeof port <= sizeof word, "the port is as wide as its description");
    std::memcpy(&port, word, sizeof port);
  }
  // At most 32 bits from `low` on.
  uint32_t get(size_t low, size_t width) const {
    uint64_t pair = word[low / 32] | static_cast<uint64_t>(word[low / 32 + 1]) << 32;
    return static_cast<uint32_t>(pair >> low % 32 & ((UINT64_C(1) << width) - 1));
  }
  int32_t get_signed(size_t low, size_t width) const {
    return static_cast<int32_t>(get(low, width) << (32 - width)) >> (32 - width);
  }
  void put(size_t low, size_t width, uint32_t value) {
    uint64_t bits = (value & ((UINT64_C(1) << width) - 1)) << low % 32;
    word[low / 32] |= static_cast<uint32_t>(bits);
    word[low / 32 + 1] |= static_cast<uint32_t>(bits >> 32);
  }
  bool operator==(const Words &other) const { return !std::memcmp(word, other.word, sizeof word); }
};

// The outside of a stream of input rows of D elements of `Bits` bits. Once offered, a row stays until it is taken.
template <size_t Bits, class Valid, class Data>
struct Source {
  const int32_t *rows;
  size_t left;
  Valid &valid;
  Data &data;
  bool shown = false;  // the data port holds the row

  void offer(Stalls &stalls, unsigned percent) {
    if (valid) return;
    valid = left && !stalls.percent(percent);
    if (!valid || shown) return;
    Words<KS_DUT_D * Bits> words;
    for (size_t i = 0; i < KS_DUT_D; i++) words.put(i * Bits, Bits, static_cast<uint32_t>(rows[i]));
    words.store(data);
    shown = true;
  }
  bool transfer(bool ready) {
    if (!valid || !ready) return false;
    rows += KS_DUT_D;
    left--;
    valid = 0;
    shown = false;
    return true;
  }
};

// What an output stream showed while it was stalled; it must show the same in the next cycle.
template <class Beat>
struct Sink {
  bool held = false;
  Beat beat;

  // A beat is transferred in this cycle iff it returns true.
  bool accept(bool valid, bool ready, const Beat &now, bool &stable) {
    if (held && (!valid || !(now == beat))) stable = false;
    held = valid && !ready;
    if (held) beat = now;
    return valid && ready;
  }
};

struct OutBeat {
  Words<KS_DUT_D * KS_DUT_OUT_BITS> data;
  uint16_t tag, number;
  uint8_t last;
  bool operator==(const OutBeat &b) const {
    return data == b.data && tag == b.tag && number == b.number && last == b.last;
  }
};

struct TakeBeat {
  ks_dut_take take;
  bool operator==(const TakeBeat &b) const { return !std::memcmp(&take, &b.take, sizeof take); }
};

#if KS_DUT_VCD
// The VCD of a run, which goes to who asked for it and not to a file.
class Recorder {
 public:
  Recorder(Vdut &top, const ks_dut_program &program) : file_(program) {
    if (program.vcd) top.trace(&vcd_, 99);
  }
  void sample(uint64_t cycle) {
    if (!file_.program.vcd) return;
    if (!vcd_.isOpen()) vcd_.open("");
    vcd_.dump(cycle);
  }

 private:
  struct Pipe : VerilatedVcdFile {
    explicit Pipe(const ks_dut_program &to) : program(to) {}
    bool open(const std::string &) override { return true; }
    void close() override {}
    ssize_t write(const char *text, ssize_t length) override {
      program.vcd(program.vcd_context, text, static_cast<size_t>(length));
      return length;
    }
    const ks_dut_program &program;
  };
  Pipe file_;
  VerilatedVcdC vcd_{&file_};
};
#else
class Recorder {
 public:
  Recorder(Vdut &, const ks_dut_program &) {}
  void sample(uint64_t) {}
};
#endif

class Run {
 public:
  Run(const ks_dut_program &program, ks_dut_result &result)
      : program_(program),
        result_(result),
        stalls_{program.seed},
        k_{program.k, program.key_rows, top_.k_valid_i, top_.k_data_i},
        v_{program.v, program.key_rows, top_.v_valid_i, top_.v_data_i},
#if KS_DUT_SORTED_BITS
        s_{program.s, program.key_rows, top_.s_valid_i, top_.s_data_i},
#endif
        q_{program.q, program.query_rows, top_.q_valid_i, top_.q_data_i} {
  }

  void go() {
    stopped_in = nullptr;
    reset();
    while (!failed() && !done()) cycle();
    recording_ = false;
    for (int i = 0; i < 16 && !failed(); i++) cycle();  // whatever comes too much comes now
    for (size_t i = 0; i < program_.read_count && !failed(); i++) read(i);
    if (!failed() && (k_.left || v_.left || sorted_left() || q_.left))
      fail("rows were not taken: %zu of K, %zu of V, %zu of S, %zu of Q", k_.left, v_.left, sorted_left(),
           q_.left);
    if (last_busy_ > first_command_) result_.cycles = last_busy_ - first_command_;
    top_.final();
  }

 private:
  template <class... Arguments>
  void fail(const char *format, Arguments... arguments) {
    if (!failed()) std::snprintf(result_.failure, sizeof result_.failure, format, arguments...);
  }
  bool failed() const { return result_.failure[0]; }

  bool done() const {
    return step_ == program_.step_count && result_.out_rows >= program_.out_rows && idle_seen_;
  }

  void tick() {
    top_.clk_i = 1;
    top_.eval();
    top_.clk_i = 0;
    now_++;
  }

  void reset() {
    top_.clk_i = 0;
    top_.rst_ni = 0;
    top_.cmd_valid_i = top_.k_valid_i = top_.v_valid_i = top_.q_valid_i = top_.o_ready_i = 0;
    reset_sorted();
    top_.reg_write_i = 0;
    top_.reg_addr_i = KS_DUT_STATUS;
    top_.eval();
    for (int i = 0; i < 4; i++) tick();
    top_.rst_ni = 1;
    now_ = 0;
    last_progress_ = 0;
  }

  // Inputs, as late as the design may see them; then what it answers; then the clock edge.
  void cycle() {
    const ks_dut_step *step = step_ < program_.step_count ? &program_.steps[step_] : nullptr;
    bool writing = step && step->kind == KS_DUT_WRITE;
    bool commanding = step && step->kind == KS_DUT_COMMAND;
    top_.reg_write_i = writing;
    top_.reg_addr_i = writing ? step->address : KS_DUT_STATUS;
    if (writing) top_.reg_wdata_i = step->value;
    if (commanding && !top_.cmd_valid_i && !stalls_.percent(program_.stall_percent)) {
      top_.cmd_valid_i = 1;
      top_.cmd_data_i = step->command;
    }
    k_.offer(stalls_, program_.stall_percent);
    v_.offer(stalls_, program_.stall_percent);
    offer_sorted();
    q_.offer(stalls_, program_.stall_percent);
    top_.o_ready_i = !stalls_.percent(program_.stall_percent);
    uint32_t trace_ready = draw_trace_ready();
    top_.eval();

    bool cmd_taken = top_.cmd_valid_i && top_.cmd_ready_o;
    bool k_ready = top_.k_ready_o, v_ready = top_.v_ready_o, q_ready = top_.q_ready_o;
    bool s_ready = sorted_ready();
    bool moved = accept_output();
    moved |= accept_trace(trace_ready);
    if (cmd_taken && !commands_++) {
      first_command_ = now_;
      recording_ = true;
    }
    if (recording_) recorder_.sample(now_);
    bool busy = top_.reg_rdata_o & 1;
    if (status_read_ && busy) last_busy_ = now_ - 1;
    status_read_ = !writing;
    bool idle = now_ > status_valid_from_ && !busy;
    tick();

    moved |= k_.transfer(k_ready);
    moved |= v_.transfer(v_ready);
    moved |= transfer_sorted(s_ready);
    moved |= q_.transfer(q_ready);
    if (cmd_taken) top_.cmd_valid_i = 0;
    advance(writing, cmd_taken, idle);
    if (moved || cmd_taken || writing) last_progress_ = now_;
    check_alive();
  }

#if KS_DUT_SORTED_BITS
  void reset_sorted() { top_.s_valid_i = 0; }
  void offer_sorted() { s_.offer(stalls_, program_.stall_percent); }
  bool sorted_ready() const { return top_.s_ready_o; }
  bool transfer_sorted(bool ready) { return s_.transfer(ready); }
  size_t sorted_left() const { return s_.left; }
#else
  void reset_sorted() {}
  void offer_sorted() {}
  bool sorted_ready() const { return false; }
  bool transfer_sorted(bool) { return false; }
  size_t sorted_left() const { return 0; }
#endif

  // STATUS as read is that of the cycle before last; a step may make it stale.
  void advance(bool writing, bool cmd_taken, bool idle) {
    if (writing || cmd_taken) status_valid_from_ = now_ + 2;
    idle_seen_ = idle && !writing && !cmd_taken;
    bool waited = step_ < program_.step_count && program_.steps[step_].kind == KS_DUT_IDLE && idle_seen_;
    if (writing || cmd_taken || waited) step_++;
  }

  void check_alive() {
    if (stopped_in) fail("%s", stopped_in);
    if (now_ - last_progress_ <= program_.watchdog) return;
    fail(
        "nothing moved for %llu cycles: at step %zu of %zu, output rows %zu of %zu, rows waiting K %zu V %zu "
        "S %zu Q %zu",
        static_cast<unsigned long long>(program_.watchdog), step_, program_.step_count, result_.out_rows,
        program_.out_rows, k_.left, v_.left, sorted_left(), q_.left);
  }

  bool accept_output() {
    if (!top_.o_valid_o && !out_.held) return false;
    OutBeat beat;
    beat.data.load(top_.o_data_o);
    beat.tag = top_.o_tag_o;
    beat.number = top_.o_number_o;
    beat.last = top_.o_last_o;
    bool stable = true;
    bool taken = out_.accept(top_.o_valid_o, top_.o_ready_i, beat, stable);
    if (!stable) fail("the output stream changed while it was stalled, at row %zu", result_.out_rows);
    if (taken) keep(beat);
    return taken;
  }

  void keep(const OutBeat &beat) {
    size_t row = result_.out_rows++;
    if (row >= result_.out_room) return;
    for (size_t i = 0; i < KS_DUT_D; i++)
      result_.out[row * KS_DUT_D + i] = beat.data.get_signed(i * KS_DUT_OUT_BITS, KS_DUT_OUT_BITS);
    result_.tag[row] = beat.tag;
    result_.number[row] = beat.number;
    result_.last[row] = beat.last;
  }

#if KS_DUT_TRACE
  uint32_t draw_trace_ready() {
    uint32_t ready = 0;
    for (size_t b = 0; b < KS_DUT_STREAMS; b++)
      ready |= uint32_t{!stalls_.percent(program_.stall_percent)} << b;
    top_.trace_ready_i = ready;
    return ready;
  }
#define KS_DUT_SIGNAL(name) top_.trace_##name##_o
  static constexpr size_t KEY_BITS = KS_DUT_COUNT_BITS;
#else
  uint32_t draw_trace_ready() { return ~UINT32_C(0); }
  static constexpr size_t KEY_BITS = 32;
#define KS_DUT_JOIN(top, name) top##__DOT__trace_##name
#define KS_DUT_INTERNAL(top, name) KS_DUT_JOIN(top, name)
#define KS_DUT_SIGNAL(name) top_.rootp->KS_DUT_INTERNAL(KS_DUT_TOP, name)
#endif

  bool accept_trace(uint32_t ready) {
    uint32_t valid = KS_DUT_SIGNAL(valid), used = KS_DUT_SIGNAL(used);
    if (!valid && !trace_held_) return false;
    Words<16 * KS_DUT_STREAMS> tag, query;
    Words<KEY_BITS * KS_DUT_STREAMS> key;
    tag.load(KS_DUT_SIGNAL(tag));
    query.load(KS_DUT_SIGNAL(query));
    key.load(KS_DUT_SIGNAL(key));
    for (size_t b = 0; b < KS_DUT_STREAMS; b++) {
      TakeBeat beat;
      beat.take.tag = static_cast<uint16_t>(tag.get(16 * b, 16));
      beat.take.query = static_cast<uint16_t>(query.get(16 * b, 16));
      beat.take.key = static_cast<uint16_t>(key.get(KEY_BITS * b, KEY_BITS));
      beat.take.used = used >> b & 1;
      bool stable = true;
      if (trace_[b].accept(valid >> b & 1, ready >> b & 1, beat, stable)) keep(b, beat);
      if (!stable) fail("trace stream %zu changed while it was stalled", b);
    }
    trace_held_ = (valid & ~ready) != 0;
    return (valid & ready) != 0;
  }

  void keep(size_t stream, const TakeBeat &beat) {
    size_t i = result_.take_count[stream]++;
    if (i < result_.take_room[stream]) result_.takes[stream][i] = beat.take;
  }

  void read(size_t i) {
    top_.reg_write_i = 0;
    top_.reg_addr_i = program_.reads[i];
    top_.eval();
    result_.read_cycles[i] = now_;
    tick();
    result_.reads[i] = top_.reg_rdata_o;
  }

  const ks_dut_program &program_;
  ks_dut_result &result_;
  Stalls stalls_;
  std::unique_ptr<VerilatedContext> context_ = make_context(program_.seed);
  Vdut top_{context_.get(), "dut"};
  Recorder recorder_{top_, program_};
  bool recording_ = false;
  Source<KS_DUT_CODE_BITS, decltype((top_.k_valid_i)), decltype((top_.k_data_i))> k_;
  Source<KS_DUT_CODE_BITS, decltype((top_.v_valid_i)), decltype((top_.v_data_i))> v_;
#if KS_DUT_SORTED_BITS
  Source<KS_DUT_SORTED_BITS, decltype((top_.s_valid_i)), decltype((top_.s_data_i))> s_;
#endif
  Source<KS_DUT_CODE_BITS, decltype((top_.q_valid_i)), decltype((top_.q_data_i))> q_;
  Sink<OutBeat> out_;
  Sink<TakeBeat> trace_[KS_DUT_STREAMS];
  bool trace_held_ = false;
  bool idle_seen_ = false;
  size_t step_ = 0, commands_ = 0;
  uint64_t now_ = 0, first_command_ = 0, last_busy_ = 0, last_progress_ = 0, status_valid_from_ = 0;
  bool status_read_ = false;  // the bus showed STATUS in the cycle before

  static std::unique_ptr<VerilatedContext> make_context(uint64_t seed) {
    auto context = std::make_unique<VerilatedContext>();
    context->traceEverOn(KS_DUT_VCD);
    context->randReset(2);
    context->randSeed(static_cast<int>(seed & 0x7fffffff) | 1);
    return context;
  }
};

}  // namespace

void vl_stop(const char *file, int line, const char *) {
  static thread_local char text[200];
  std::snprintf(text, sizeof text, "$stop at %s:%d", file, line);
  stopped_in = text;
}

extern "C" void ks_dut_run(const ks_dut_program *program, ks_dut_result *result) {
  result->out_rows = 0;
  result->cycles = 0;
  result->failure[0] = '\0';
  std::memset(result->take_count, 0, sizeof result->take_count);
  auto run = std::make_unique<Run>(*program, *result);
  run->go();
}
