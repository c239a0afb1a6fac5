module mon;
 integer t=0;
 always @(posedge bench.u_dut.clk_i) begin t=t+1;
 if (bench.u_dut.u_engine.key_valid) $display("%0d key v=%b r=%b row=%0d last=%b count=%0d left=%0d none=%b", t, bench.u_dut.u_engine.key_valid, bench.u_dut.u_engine.key_ready, bench.u_dut.u_engine.key_row, bench.u_dut.u_engine.key_last, bench.u_dut.u_engine.key_count, bench.u_dut.u_engine.u_greedy.u_read.left_q,  bench.u_dut.u_engine.unused_none);
 if (bench.u_dut.u_engine.u_greedy.built) $display("%0d built cand=%b count=%0d keys=%0d exact=%b", t, bench.u_dut.u_engine.u_greedy.candidates, bench.u_dut.u_engine.u_greedy.count, bench.u_dut.u_engine.u_greedy.built_keys, bench.u_dut.u_engine.u_greedy.built_exact);
 if (bench.u_dut.u_engine.take) $display("%0d take steps=%0d keys=%0d page=%b", t, bench.u_dut.u_engine.u_greedy.query_steps_i, bench.u_dut.u_engine.u_greedy.query_keys_i, bench.u_dut.u_engine.u_greedy.query_page_i);
 if (bench.u_dut.u_engine.row_valid) $display("%0d row addr=%0d first=%b s=%h busy=%b", t, bench.u_dut.u_engine.write_addr, bench.u_dut.u_engine.row_first, bench.u_dut.u_engine.row_s, bench.u_dut.u_engine.load_busy);
 end
endmodule
