#!/bin/bash
#SBATCH --job-name=fake-report
#SBATCH --partition=gpu
#SBATCH --time=1-00:00:00
#SBATCH --account=lab
#SBATCH --qos=low
#SBATCH --constraint="a100|h100"
#SBATCH --output="/home/a b/runs/fake/slurm/001/report.out"
#SBATCH --open-mode=append
#SBATCH --exclude=n7

# Makes the run's folder and report of what is in the store.
cd -- '/home/a b' || exit 1
exec /opt/dcr run fake --stored
