#!/bin/bash
#SBATCH --job-name=fake-1
#SBATCH --array=1-2%4
#SBATCH --cpus-per-task=8
#SBATCH --gres=gpu:1
#SBATCH --mem=40G
#SBATCH --partition=gpu
#SBATCH --time=1-00:00:00
#SBATCH --account=lab
#SBATCH --qos=low
#SBATCH --constraint="a100|h100"
#SBATCH --output="/home/a b/runs/fake/slurm/001/level-1_%a.out"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@60
#SBATCH --exclude=n7

# Level 1 of fake: 2 stage runs in 2 tasks. Line n of level-1.tasks has the keys of task n.
cd -- '/home/a b' || exit 1
folder='/home/a b/runs/fake/slurm/001'
store='/home/a b/store'
line=$(sed -n "${SLURM_ARRAY_TASK_ID}p" "$folder/level-1.tasks")
keys=${line%%#*}

# Shortly before the time limit Slurm sends USR1 to this script. The stage run then ends with a checkpoint, and the job goes
# back into the queue. TERM goes to all processes of a job that is cancelled or preempted; the script waits for the stage run.
out_of_time=
trap 'out_of_time=1; kill -TERM "$stage"' USR1
trap : TERM
/opt/dcr stage $keys --experiment fake &
stage=$!
wait "$stage"; code=$?
while kill -0 "$stage" 2>/dev/null; do wait "$stage"; code=$?; done

# Results and checkpoints of this task; a job that adds nothing to them between two time limits would come back for ever.
kept() { for key in $keys; do ls -d "$store/entries/${key:0:2}/$key" "$store/checkpoints/$key"/*; done 2>/dev/null; }
if [ -n "$out_of_time" ] && [ "$code" = 143 ]; then
    before=$folder/level-1_$SLURM_ARRAY_TASK_ID.kept
    if [ -e "$before" ] && [ "$(kept)" = "$(cat "$before")" ]; then
        echo "From one time limit to the next nothing more was finished or written: give the jobs more with --time." >&2
    else
        kept > "$before"
        scontrol requeue "$SLURM_JOB_ID" || echo "The job could not be put back: run the same command again." >&2
    fi
fi
exit "$code"
